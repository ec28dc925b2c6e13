"""Why an item was not shown."""

from collections import Counter
from typing import NamedTuple

from kernel.dimensions import DIMENSIONS


class Rejection(NamedTuple):
    """The first rule that an item failed; of a frequency cap also the scope and the window."""

    rule: str
    scope: str | None = None
    window: str | None = None


FLIGHT = Rejection("flight")
# By the dimension's name, which is the rule's name, too.
TARGETING = {dimension.name: Rejection(dimension.name) for dimension in DIMENSIONS}
# A content in another language is rejected by the same rule as one that targets another language.
LANGUAGE = TARGETING["language"]
MINIMUM_INTERVAL = Rejection("minimum_interval")
DAYPARTING = Rejection("dayparting")
BLOCKED_CATEGORY = Rejection("blocked_category")
BLOCKED_ADVERTISER = Rejection("blocked_advertiser")
CONTENT_RATING = Rejection("content_rating")
FLOOR_PRICE = Rejection("floor_price")
BUDGET = Rejection("budget")
PACING = Rejection("pacing")
UNKNOWN_HISTORY = Rejection("unknown_history")
FREQUENCY_CAP = Rejection("frequency_cap")
AD_RATIO = Rejection("ad_ratio")
ADVERTISER_LIMIT = Rejection("advertiser_limit")
EXCLUSION_LABEL = Rejection("exclusion_label")
NO_CREATIVE = Rejection("no_creative")
NOT_REACHED = Rejection("not_reached")

# Every rule's name, in the order in which a decision checks the rules.
RULES = tuple(
    rejection.rule
    for rejection in (
        FLIGHT,
        *TARGETING.values(),
        MINIMUM_INTERVAL,
        DAYPARTING,
        BLOCKED_CATEGORY,
        BLOCKED_ADVERTISER,
        CONTENT_RATING,
        FLOOR_PRICE,
        BUDGET,
        PACING,
        UNKNOWN_HISTORY,
        FREQUENCY_CAP,
        AD_RATIO,
        ADVERTISER_LIMIT,
        EXCLUSION_LABEL,
        NO_CREATIVE,
        NOT_REACHED,
    )
)
# The reason of an empty slate where there was no item to reject.
EMPTY_CATALOG = "empty_catalog"


class RejectionCounts:
    """How many items each rule rejected, by the rule's name."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, rejection: Rejection) -> None:
        self._counts[rejection.rule] += 1

    def by_name(self) -> dict[str, int]:
        """The counts in the order of the rules' names."""
        return dict(sorted(self._counts.items()))

    def most_common(self) -> str | None:
        """The rule that rejected most; of several, the alphabetically first."""
        counts = self._counts.items()
        return min(counts, key=lambda item: (-item[1], item[0]))[0] if counts else None
