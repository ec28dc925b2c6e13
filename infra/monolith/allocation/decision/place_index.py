"""Which items can be shown on a unit in a country at all, in serving order.

What stands against an item on a unit whoever asks - targeted units, apps and countries, blocked
categories and advertisers, ratings, floor prices - is worked out once a version, when somebody
first asks there. The rest of the rules are asked of what is left.
"""

from itertools import groupby

from allocation.catalog.entities import Content, LineItem, Unit
from allocation.decision.eligibility import reject_content_on_unit, reject_on_unit

# Line items of one tier and eCPM: the draw decides among them.
Rank = tuple[LineItem, ...]


class Index:
    """Filled as requests need it. Threads may fill the same entry at once; both find the same."""

    def __init__(self, line_items: tuple[LineItem, ...], contents: tuple[Content, ...]) -> None:
        self._line_items, self._contents = line_items, contents
        self._ranks: dict[tuple[str, str | None], tuple[Rank, ...]] = {}
        self._contents_by_place: dict[tuple[str, str | None, str], tuple[Content, ...]] = {}
        self._languages = frozenset(content.language for content in contents)
        self._countries = _named_countries(line_items, contents)

    def line_items(self, unit: Unit, country: str | None) -> tuple[Rank, ...]:
        """Tier by tier, within a tier by falling eCPM."""
        place = (unit.id, self._known(country))
        ranks = self._ranks.get(place)
        if ranks is None:
            ranks = self._ranks[place] = self._rank(unit, place[1])
        return ranks

    def contents(
        self, unit: Unit, country: str | None, language: str | None
    ) -> tuple[Content, ...]:
        """In no order: it depends on who asks and when."""
        language = language or unit.language
        if language not in self._languages:
            return ()
        place = (unit.id, self._known(country), language)
        contents = self._contents_by_place.get(place)
        if contents is None:
            contents = self._contents_by_place[place] = tuple(
                content
                for content in self._contents
                if content.targeting.admits_in(unit.id, unit.app_id, place[1])
                and reject_content_on_unit(content, unit, language) is None
            )
        return contents

    def _known(self, country: str | None) -> str | None:
        """A country that no condition names is as good as none: nothing allows or denies it."""
        return country if country in self._countries else None

    def _rank(self, unit: Unit, country: str | None) -> tuple[Rank, ...]:
        def rank(item: LineItem) -> tuple[int, int]:
            return item.tier, -item.ecpm_micros(unit.id)

        servable = [
            item
            for item in self._line_items
            if item.flight is not None
            and item.creatives
            and item.targeting.admits_in(unit.id, unit.app_id, country)
            and reject_on_unit(item, unit) is None
        ]
        servable.sort(key=rank)
        return tuple(tuple(items) for _, items in groupby(servable, key=rank))


def _named_countries(
    line_items: tuple[LineItem, ...], contents: tuple[Content, ...]
) -> frozenset[str]:
    """The countries that conditions name."""
    named: set[str] = set()
    for item in (*line_items, *contents):
        condition = item.targeting.conditions.get("country")
        if condition is not None:
            named.update(condition.allowed, condition.denied)
    return frozenset(named)
