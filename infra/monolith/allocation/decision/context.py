"""What every rule of one decision looks at, worked out once."""

from dataclasses import dataclass

from allocation.catalog.catalog import Catalog
from allocation.catalog.entities import Unit
from allocation.decision.targeting.dimensions import attributes_of
from allocation.decision.targeting.subject import subject_of
from allocation.models.draw import Draws
from allocation.models.pacing import Gates
from allocation.models.query import Query
from allocation.models.time.epoch_seconds import floor_to_minute, plus_seconds
from allocation.models.time.timeline import Timeline, timeline
from allocation.models.time.windows import buckets_at
from allocation.models.user_state import UserState


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a decision depends on."""

    catalog: Catalog
    # One of the catalog's.
    unit: Unit
    query: Query
    state: UserState
    gates: Gates
    # Epoch seconds.
    now: int


class Context:
    """The inputs of one decision, and what follows from them alone."""

    __slots__ = (
        "attributes",
        "begins",
        "buckets",
        "catalog",
        "count",
        "ends",
        "epoch_minute",
        "gates",
        "now",
        "query",
        "state",
        "subject",
        "unit",
        "zone",
    )

    def __init__(self, inputs: Inputs) -> None:
        self.catalog, self.unit, self.query = inputs.catalog, inputs.unit, inputs.query
        self.state, self.gates = inputs.state, inputs.gates
        # For gates that close by themselves; for all else its minute counts.
        self.now = inputs.now
        # From the minute of the request to the unit's horizon.
        self.begins = floor_to_minute(inputs.now)
        self.ends = plus_seconds(self.begins, self.unit.horizon_seconds)
        self.epoch_minute = self.begins // 60
        query, unit = self.query, self.unit
        self.count = unit.default_count if query.count is None else query.count
        self.zone = query.zone or unit.zone
        self.buckets = buckets_at(self.begins, self.zone)
        local_year = self.zone.local_year(self.begins)
        self.subject = subject_of(query, unit.app_id, local_year, self.state, self.begins)
        # By the dimension's name.
        self.attributes = attributes_of(self.subject)

    def draws(self, purpose: str) -> Draws:
        """The draws for a purpose: of the user, in the minute of the request."""
        return Draws(purpose, self.query.user_id, self.epoch_minute)

    @property
    def timeline(self) -> Timeline:
        """The slate in the user's local hours; few decisions need it."""
        return timeline(self.begins, self.ends, self.zone)
