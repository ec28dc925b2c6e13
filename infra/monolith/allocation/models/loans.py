"""Showings that a user's other devices were lent and have not reported yet.

A slate is for hours, so two devices of one user could each show a capped line item as often as its cap
allows. On a unit that lends, the slots of an answer are noted as lent to the device that asked, and count
for all others.
"""

from collections.abc import Callable, Iterable

from allocation.models.device_report import More, raised
from allocation.models.draw import id_hash
from allocation.models.time.windows import buckets_at
from allocation.models.time.zones import Zone
from allocation.models.user_state import UserState

_SEPARATOR = "\x1f"
_ONE = More(1, 1, 1, 1, 1)


def borrower(unit_id: str, device_id: str | None) -> int:
    """Who borrows: the hash of a unit and a device. Requests that name no device are those of one device
    without a name.
    """
    return id_hash(f"{unit_id}{_SEPARATOR}{device_id or ''}")


def add_loans(
    state: UserState,
    line_item_ids: Iterable[str],
    now: int,
    zone: Zone,
    owner_of: Callable[[str], tuple[str, str] | None],
) -> None:
    """Counts slots that other devices were lent, each by the id of its line item. Nothing tells when a
    device shows them, so each counts in the present minute, hour, day and week, as a slot of the slate itself
    does, and none is a last showing. `owner_of` names the campaign and the advertiser of a line item; what it
    does not know is left out.
    """
    buckets = buckets_at(now, zone)
    for item_id in line_item_ids:
        owner = owner_of(item_id)
        if owner is None:
            continue
        for histories, key in (
            (state.line_items, item_id),
            (state.campaigns, owner[0]),
            (state.advertisers, owner[1]),
        ):
            histories[key] = raised(histories.get(key), 0, _ONE, buckets)
