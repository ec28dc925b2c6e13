"""The one row that says how far the roll-ups were read."""

from delivery.models import SyncState

_STATE = 1


def stored_state() -> SyncState:
    """The row, which is made where there is none."""
    SyncState.objects.get_or_create(pk=_STATE)
    return SyncState.objects.get(pk=_STATE)


def locked_state() -> SyncState:
    """The same, locked until the end of the caller's transaction: one process at a time changes facts."""
    SyncState.objects.get_or_create(pk=_STATE)
    return SyncState.objects.select_for_update().get(pk=_STATE)
