"""Which items can be shown on a unit in a country at all, in serving order.

Some rules look at the unit and the country alone: targeted units, apps and countries, blocked
categories and advertisers, ratings, floor prices. The index asks them once for each place, at the
place's first request, and the decision asks the rest of the rules of what is left.
"""

from collections.abc import Iterable
from itertools import groupby

from allocation.catalog.catalog import Catalog
from allocation.catalog.entities import Content, LineItem, Unit
from allocation.catalog.targeting.allow_deny import AllowDeny
from allocation.catalog.targeting.targeting import Targeting
from allocation.decision.eligibility import reject_content_on_unit, reject_on_unit

# Line items of one tier and eCPM: the draw decides among them.
Rank = tuple[LineItem, ...]


class PlaceIndex:
    """The index of one catalog. Requests fill it; threads that fill the same entry at once find the
    same items.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._ranks: dict[tuple[str, str | None], tuple[Rank, ...]] = {}
        self._contents: dict[tuple[str, str | None, str], tuple[Content, ...]] = {}
        self._languages = frozenset(content.language for content in catalog.contents)
        self._countries = _named_countries(catalog)

    def line_items(self, unit: Unit, country: str | None) -> tuple[Rank, ...]:
        """Tier by tier, within a tier by falling eCPM."""
        place = (unit.id, self._named_or_none(country))
        ranks = self._ranks.get(place)
        if ranks is None:
            ranks = self._ranks[place] = self._rank(unit, place[1])
        return ranks

    def contents(self, unit: Unit, country: str | None, language: str | None) -> tuple[Content, ...]:
        """In no order: their order depends on the user and the time."""
        language = language or unit.language
        if language not in self._languages:
            return ()
        place = (unit.id, self._named_or_none(country), language)
        contents = self._contents.get(place)
        if contents is None:
            contents = self._contents[place] = tuple(
                content
                for content in self._catalog.contents
                if _admits(content.targeting, unit, place[1])
                and reject_content_on_unit(content, unit, language) is None
            )
        return contents

    def _named_or_none(self, country: str | None) -> str | None:
        """A country that no condition names counts as none: no condition allows or denies it."""
        return country if country in self._countries else None

    def _rank(self, unit: Unit, country: str | None) -> tuple[Rank, ...]:
        def rank(item: LineItem) -> tuple[int, int]:
            return item.tier, -item.ecpm_micros(unit.id)

        servable = [
            item
            for item in self._catalog.line_items
            if item.flight is not None
            and item.creatives
            and _admits(item.targeting, unit, country)
            and reject_on_unit(item, unit) is None
        ]
        servable.sort(key=rank)
        return tuple(tuple(items) for _, items in groupby(servable, key=rank))


def _admits(targeting: Targeting, unit: Unit, country: str | None) -> bool:
    """Whether the conditions on unit, app and country hold."""
    return (
        targeting.admits("unit", unit.id)
        and targeting.admits("app", unit.app_id)
        and targeting.admits("country", country)
    )


def _named_countries(catalog: Catalog) -> frozenset[str]:
    """The countries that conditions name."""
    named: set[str] = set()
    items: Iterable[LineItem | Content] = (*catalog.line_items, *catalog.contents)
    for item in items:
        condition = item.targeting.conditions.get("country")
        if isinstance(condition, AllowDeny):
            named.update(condition.allowed, condition.denied)
    return frozenset(named)
