"""What is asked of an allocation."""

from dataclasses import dataclass

from allocation.decision.explain.bounded import Explain
from allocation.models.query import Query


@dataclass(frozen=True, slots=True)
class Debugging:
    """What a request with the debug token asks for besides slots."""

    # Of which items that are not shown the reasons are asked for; None: of none.
    explain: Explain | None
    # Another instant than the current one, in epoch seconds.
    now: int | None


@dataclass(frozen=True, slots=True)
class AllocationRequest:
    """One allocation to be made."""

    # One of `decision.decide.KINDS`.
    kind: str
    query: Query
    # The answer's name, unique.
    request_id: str
    # Set for a request with the debug token: its answer is not tracked.
    debugging: Debugging | None
