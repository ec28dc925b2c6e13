"""What a decision reads: rows that were checked, joined and brought to one currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from allocation.catalog.targeting.targeting import Targeting
from allocation.models.arithmetic import Rates, ecpm_micros
from allocation.models.event import Owners, ShownItem
from allocation.models.time.interval import Interval
from allocation.models.time.zones import Zone

# Priority, first to last; a lower tier gets what a higher one leaves. House ads are the publisher's
# own, and exempt from the floor price.
TIERS = ("sponsorship", "standard", "network", "bulk", "house")
SPONSORSHIP, HOUSE = TIERS.index("sponsorship"), TIERS.index("house")
# How mature an item is, from the lowest rating to the highest.
RATINGS = ("everyone", "teen", "mature")
# What a lock screen's first slot holds, if there is such an item.
FIRST_ANY, FIRST_AD, FIRST_CONTENT = FIRST_SLOTS = ("any", "ad", "content")
# Where the user's history is unknown, a line item with a soft cap takes at most one slot of a
# slate, and a line item with a hard cap none.
SOFT, HARD = CAP_KINDS = ("soft", "hard")
# What a goal counts, and how a delivery is spread over a flight.
GOAL_KINDS = ("impressions", "clicks")
EVEN, FRONT_LOADED, ASAP = DELIVERY_MODES = ("even", "front_loaded", "asap")
# What a tombstone stands for.
WITHDRAWN_CREATIVE, WITHDRAWN_CONTENT = WITHDRAWN_KINDS = ("creative", "content")
# For so long after its withdrawal a link still leads to the landing page: as long as a token lives.
_REDIRECTS_FOR_SECONDS = 8 * 24 * 3_600


class Cap(NamedTuple):
    """At most so many showings to one user in a window."""

    window: str
    limit: int


class Mix(NamedTuple):
    """How ads and contents share a lock screen."""

    ad_ratio_ppm: int
    first_slot: str = FIRST_ANY
    # Contents between two ads.
    minimum_gap: int = 0


@dataclass(frozen=True, slots=True)
class Unit:
    """A publisher's placement."""

    id: str
    app_id: str
    mix: Mix
    horizon_seconds: int
    refresh_seconds: int
    default_count: int
    floor_price_micros: int
    # Slots of one slate that one advertiser may have; None is no limit.
    advertiser_slots_max: int | None
    blocked_categories: frozenset[str]
    blocked_categories_in_order: tuple[str, ...]
    blocked_advertisers: tuple[str, ...]
    # The highest rating that the unit shows, as its place in RATINGS.
    content_rating: int
    # Of requests that name none, as the language below.
    zone: Zone
    language: str
    # Of pages that may read answers for the unit, as browsers send them.
    origins: tuple[str, ...] = ()
    # Whether the slots of an answer count for the user's other devices until they are reported or over.
    lends_to_devices: bool = False


@dataclass(frozen=True, slots=True)
class Advertiser:
    id: str
    caps: tuple[Cap, ...]


@dataclass(frozen=True, slots=True)
class Campaign:
    id: str
    advertiser: Advertiser
    flight: Interval
    caps: tuple[Cap, ...]


@dataclass(frozen=True, slots=True)
class Creative:
    id: str
    image_url: str
    title: str
    body: str
    call_to_action: str
    weight: int
    # Where a click leads.
    landing_url: str


class Money(NamedTuple):
    """An amount of money."""

    # In micros of the currency; at least 0.
    micros: int
    currency: str


@dataclass(frozen=True, slots=True)
class LineItem:
    """What an advertiser buys: for which users, when, and at what price."""

    id: str
    campaign: Campaign
    # Its place in TIERS.
    tier: int
    pricing: str
    # In the catalog's currency.
    price_micros: int
    # The price as it was agreed on.
    agreed: Money
    # What its own flight has in common with its campaign's; None if that is nothing.
    flight: Interval | None
    targeting: Targeting
    # Hours of the week on the user's clock, as an hour set; None is always.
    dayparts: int | None
    caps: tuple[Cap, ...]
    cap_kind: str
    # Whether it, its campaign or its advertiser has a cap.
    is_capped: bool
    minimum_interval_seconds: int
    # A slate holds each label at most once.
    exclusion_labels: tuple[str, ...]
    categories: tuple[str, ...]
    # Its place in RATINGS.
    rating: int
    rates: Mapping[str, Rates]
    # Clicks per impression on a unit without rates, in ppm.
    default_ctr_ppm: int
    # In the order of their ids.
    creatives: tuple[Creative, ...]

    def ecpm_micros(self, unit_id: str) -> int:
        """Expected micros per thousand impressions. Without rates on the unit, a price per click
        counts at the default rate, and one per action or install gives 0.
        """
        rates = self.rates.get(unit_id)
        if rates is None:
            return self.base_ecpm_micros
        return ecpm_micros(self.pricing, self.price_micros, rates)

    @property
    def base_ecpm_micros(self) -> int:
        """The eCPM on a unit without rates."""
        return ecpm_micros(self.pricing, self.price_micros, Rates(self.default_ctr_ppm))


@dataclass(frozen=True, slots=True)
class Content:
    """An article or a card."""

    id: str
    channel_id: str
    title: str
    image_url: str
    language: str
    categories: frozenset[str]
    published_at: int
    # From publication to expiry.
    flight: Interval
    quality_ppm: int
    # The place that editors gave it; None after all contents that have one.
    pinned_rank: int | None
    # Its place in RATINGS.
    rating: int
    targeting: Targeting
    # Where a click leads.
    landing_url: str


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A creative or a content that was withdrawn. Links that were handed out before still work."""

    id: str
    # What it was: "creative" or "content".
    kind: str
    landing_url: str
    # The owners of a creative, as far as they are known.
    line_item_id: str | None
    campaign_id: str | None
    advertiser_id: str | None
    withdrawn_at: int
    # Whether its links lead nowhere any more, because of malware or the law.
    is_blocked: bool

    def shown(self) -> ShownItem | None:
        """The ids that a showing of it counts for; None if its owners are not known."""
        if self.kind == WITHDRAWN_CONTENT:
            return ShownItem(self.id)
        if self.line_item_id is None or self.campaign_id is None or self.advertiser_id is None:
            return None
        return ShownItem(self.line_item_id, Owners(self.campaign_id, self.advertiser_id))

    def landing_url_at(self, now: int) -> str | None:
        """The address that a click at an instant leads to; None if it is blocked, or was withdrawn
        too long ago.
        """
        is_over = now >= self.withdrawn_at + _REDIRECTS_FOR_SECONDS
        return None if self.is_blocked or is_over else self.landing_url
