"""When an event happened, and whether it counts."""

from typing import NamedTuple

from allocation.catalog.entities import Tombstone
from allocation.models.event import (
    BLOCKED,
    BOT,
    BURST,
    CLICK,
    EXPIRED,
    PREFETCH,
    TOO_FAST,
    VALID,
    WITHDRAWN,
)
from allocation.services.bots import is_bot


class Sender(NamedTuple):
    """What a request says about the program that sent it."""

    user_agent: str = ""
    # Whether a browser follows the link before the person does.
    is_prefetch: bool = False
    # Of the client, as `client_address` has it; None if it is not known.
    address: bytes | None = None


class Happened(NamedTuple):
    """When an event happened, in epoch seconds, and whether the reported time was ignored."""

    at: int
    is_ignored: bool


def happened(reported_at: int | None, issued_at: int, now: int) -> Happened:
    """The reported time, if it is between the slot's issue and now; else now. A clock that is a little
    ahead reports an event of now, so that case needs no rule of its own.
    """
    if reported_at is None:
        return Happened(now, is_ignored=False)
    if issued_at <= reported_at <= now:
        return Happened(reported_at, is_ignored=False)
    return Happened(now, is_ignored=True)


class Classifier:
    """Finds the class of an event. A click sooner than `click_seconds_min` after the issue of its slot
    is none of a person.
    """

    def __init__(self, click_seconds_min: int) -> None:
        self._click_seconds_min = click_seconds_min

    def class_of(
        self,
        kind: str,
        sender: Sender,
        tombstone: Tombstone | None,
        *,
        is_expired: bool,
        issued_at: int,
        happened_at: int,
        is_burst: bool,
    ) -> str:
        """VALID, or the first reason why the event does not count. `tombstone` is that of an item
        that is served no more.
        """
        if is_expired:
            return EXPIRED
        if tombstone is not None and tombstone.is_blocked:
            return BLOCKED
        if tombstone is not None and happened_at > tombstone.withdrawn_at:
            return WITHDRAWN
        if is_bot(sender.user_agent):
            return BOT
        if sender.is_prefetch:
            return PREFETCH
        if kind == CLICK and happened_at - issued_at < self._click_seconds_min:
            return TOO_FAST
        return BURST if is_burst else VALID
