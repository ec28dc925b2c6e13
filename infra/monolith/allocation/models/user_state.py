"""What a user has seen."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from allocation.models.query import Shown
from allocation.models.time.windows import Buckets, buckets_at, newest_day, newest_week
from allocation.models.time.zones import Zone

U32_MAX = 2**32 - 1

# Where a history comes from, which decides how far caps can be relied on: stored state was read;
# the device reported what it showed, because stored state may not or cannot be read or was lost;
# neither.
STORED = "stored"
DEVICE = "device"
UNKNOWN = "unknown"


class WindowCount(NamedTuple):
    """The showings in one window, whose number is the bucket. Other windows have none.

    Minutes and hours are the same everywhere. Days and weeks are a user's own, and the request
    chooses the zone. A user's day and week never go back: a stored window that some zone on earth
    has reached is the user's present window, even if the zone of the request has not reached it. A
    change of zones can make the present window shorter or longer, but its count stays. A stored
    window that no zone has reached comes from a wrong clock or belongs to a newer showing than the
    one at hand.
    """

    bucket: int = 0
    showings: int = 0

    def in_bucket(self, bucket: int) -> int:
        return self.showings if self.bucket == bucket else 0

    def in_local_bucket(self, bucket: int, newest: int) -> int:
        """Showings in a day or a week. The zones furthest ahead have reached the window `newest`."""
        is_ahead = bucket < self.bucket <= newest
        return self.showings if is_ahead else self.in_bucket(bucket)

    def plus(self, other: "WindowCount") -> "WindowCount":
        """Adds showings of a window that begins at the same instant everywhere."""
        return self.plus_local(other, other.bucket)

    def plus_local(self, other: "WindowCount", newest: int) -> "WindowCount":
        """Adds showings of a day or a week. The zones furthest ahead had reached `newest`."""
        if self.showings == 0 or self.bucket < other.bucket:
            return other
        if self.bucket == other.bucket or self.bucket <= newest:
            return WindowCount(self.bucket, min(self.showings + other.showings, U32_MAX))
        return self


class History(NamedTuple):
    """How often, and when last, a user saw a line item, a campaign or an advertiser."""

    lifetime: int
    last_shown_at: int
    minute: WindowCount
    hour: WindowCount
    day: WindowCount
    week: WindowCount

    def showings(self, window: str, now: Buckets) -> int:
        """Showings in the window that holds `now`."""
        if window == "minute":
            return self.minute.in_bucket(now.minute)
        if window == "hour":
            return self.hour.in_bucket(now.hour)
        if window == "day":
            return self.day.in_local_bucket(now.day, newest_day(now.minute))
        if window == "week":
            return self.week.in_local_bucket(now.week, newest_week(now.minute))
        return self.lifetime

    def plus(self, other: "History") -> "History":
        """Adds showings. Each count keeps the newest window: showings of an older window are added
        to the lifetime alone. A day or a week is older only if no zone had reached the stored one
        at the time of the added showings.
        """
        minute = other.last_shown_at // 60
        return History(
            min(self.lifetime + other.lifetime, U32_MAX),
            max(self.last_shown_at, other.last_shown_at),
            self.minute.plus(other.minute),
            self.hour.plus(other.hour),
            self.day.plus_local(other.day, newest_day(minute)),
            self.week.plus_local(other.week, newest_week(minute)),
        )


@dataclass(slots=True)
class UserState:
    """One user's history."""

    source: str
    line_items: dict[str, History] = field(default_factory=dict)
    campaigns: dict[str, History] = field(default_factory=dict)
    advertisers: dict[str, History] = field(default_factory=dict)
    # When each recently seen content was last seen.
    contents: dict[str, int] = field(default_factory=dict)
    first_seen_at: int | None = None

    def seen(self, now: int, zone: Zone) -> tuple[int, int]:
        """How many showings there were on the user's day and in the user's week that hold an instant. A
        content counts once.
        """
        buckets = buckets_at(now, zone)
        contents = [buckets_at(at, zone) for at in self.contents.values()]
        today, this_week = (
            sum(history.showings(window, buckets) for history in self.line_items.values())
            for window in ("day", "week")
        )
        today += sum(at.day == buckets.day for at in contents)
        this_week += sum(at.week == buckets.week for at in contents)
        return today, this_week

    def plus(self, other: "UserState") -> "UserState":
        """With what is stored of the same user under another name. Each showing is stored once. If one of
        the two is not known as a whole, neither is the sum.
        """
        first_seen = [at for at in (self.first_seen_at, other.first_seen_at) if at is not None]
        merged = UserState(
            UNKNOWN if UNKNOWN in (self.source, other.source) else self.source,
            dict(self.line_items),
            dict(self.campaigns),
            dict(self.advertisers),
            dict(self.contents),
            min(first_seen, default=None),
        )
        for own, others in (
            (merged.line_items, other.line_items),
            (merged.campaigns, other.campaigns),
            (merged.advertisers, other.advertisers),
        ):
            for key, history in others.items():
                _add(own, key, history)
        for key, seen_at in other.contents.items():
            merged.contents[key] = max(merged.contents.get(key, seen_at), seen_at)
        return merged


def reported_state(
    shown: Iterable[Shown],
    now: int,
    zone: Zone,
    owner_of: Callable[[str], tuple[str, str] | None],
) -> UserState:
    """The state that a device's own report amounts to.

    `owner_of` gives the ids of a line item's campaign and advertiser; an item that is no line item
    counts as a seen content.
    """
    buckets = buckets_at(now, zone)
    state = UserState(DEVICE)
    for item in shown:
        if item.showings == 0:
            continue
        owner = owner_of(item.item_id)
        if owner is None:
            state.contents[item.item_id] = item.last_shown_at
            continue
        history = _reported_history(item, now, buckets)
        _add(state.line_items, item.item_id, history)
        _add(state.campaigns, owner[0], history)
        _add(state.advertisers, owner[1], history)
    return state


def _reported_history(item: Shown, now: int, buckets: Buckets) -> History:
    """The history behind a device's report, which has a number since local midnight and the time of
    the last showing. All showings may have been in the minute and the hour of the last one, so a
    cap may be kept too strictly, and is never broken. A last showing in the future counts as now's.
    """
    last_shown_at = min(item.last_shown_at, now)
    return History(
        item.showings,
        last_shown_at,
        WindowCount(last_shown_at // 60, item.showings),
        WindowCount(last_shown_at // 3_600, item.showings),
        WindowCount(buckets.day, item.showings),
        WindowCount(buckets.week, item.showings),
    )


def _add(histories: dict[str, History], key: str, history: History) -> None:
    earlier = histories.get(key)
    histories[key] = history if earlier is None else earlier.plus(history)
