"""What every rule of one decision looks at, worked out once."""

from allocation.catalog.entities import Catalog, Unit
from allocation.catalog.targeting.user_age import user_age_of
from allocation.decision.targeting import Subject
from allocation.models.pacing import Gates
from allocation.models.query import Query
from allocation.models.time.epoch_seconds import floor_to_minute, plus_seconds
from allocation.models.time.timeline import Timeline, timeline
from allocation.models.time.windows import buckets_at
from allocation.models.user_state import UserState


class Context:
    """The inputs of one decision and what follows from them alone."""

    __slots__ = (
        "begins",
        "buckets",
        "catalog",
        "count",
        "ends",
        "epoch_minute",
        "gates",
        "local_year",
        "query",
        "state",
        "subject",
        "unit",
        "zone",
    )

    def __init__(
        self,
        *,
        catalog: Catalog,
        unit: Unit,
        query: Query,
        state: UserState,
        gates: Gates,
        now: int,
    ) -> None:
        self.catalog, self.unit, self.query = catalog, unit, query
        self.state, self.gates = state, gates
        # From the minute of the request to the unit's horizon.
        self.begins = floor_to_minute(now)
        self.ends = plus_seconds(self.begins, unit.horizon_seconds)
        self.epoch_minute = self.begins // 60
        self.count = unit.default_count if query.count is None else query.count
        self.zone = query.zone or unit.zone
        self.buckets = buckets_at(self.begins, self.zone)
        self.local_year = self.zone.local_year(self.begins)
        user_age = user_age_of(state, self.begins)
        self.subject = Subject(query, unit.app_id, self.local_year, user_age)

    @property
    def timeline(self) -> Timeline:
        """The slate in the user's local hours; few decisions need it."""
        return timeline(self.begins, self.ends, self.zone)
