"""Allocation: what there is, what the user has seen, and the decision over both.

An allocation has two steps: `open` reads what the decision needs, and `decide` decides on what was
opened. It writes nothing, except what a unit that lends has lent to a device: only tracking events, which the
events function counts, change a user's history.
"""

import logging
from dataclasses import dataclass, replace
from typing import Protocol

from allocation.dao.error import DaoError
from allocation.dao.loans import LoanStore
from allocation.dao.user_state import UserStateReader
from allocation.decision.context import Inputs
from allocation.decision.decide import Decision, decide
from allocation.decision.explain.bounded import bounded
from allocation.decision.place_index import PlaceIndex
from allocation.models.draw import id_hash
from allocation.models.user_state import UNKNOWN, UserState
from allocation.services.allocation_request import AllocationRequest
from allocation.services.catalog_cache import CatalogCache, CatalogUnavailable, FromCatalog
from allocation.services.compact_token import Shared
from allocation.services.counting import Counts
from allocation.services.gates_cache import NO_GATES, GatesCache
from allocation.services.lending import lend
from allocation.services.sampling import SampledWarnings
from allocation.services.signing import SigningKey
from allocation.services.slot_tokens import slot_tokens
from allocation.services.user_history import with_report
from allocation.services.user_key import PLAIN, UserKeys

_logger = logging.getLogger("django.allocation")


class UnknownUnit(Exception):
    """The catalog has no such unit."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """A decision, and what its answer says besides."""

    request_id: str
    catalog_version: int
    decision: Decision
    # One for each slot, in order; None while debugging, when nothing is tracked.
    tokens: list[str] | None
    # Whether the user's state should have been read and could not be, or was lost.
    is_user_state_missing: bool
    is_catalog_stale: bool
    # Of the table of gates that was decided on; None without a table.
    gates_version: int | None
    are_gates_stale: bool
    # Of pages that may read an answer for the unit.
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenedAllocation:
    """An allocation whose inputs have been read."""

    request: AllocationRequest
    inputs: Inputs
    index: PlaceIndex
    # The name under which stores keep the user; None under limit-ad-tracking.
    user: str | None
    is_user_state_missing: bool
    is_catalog_stale: bool
    gates_version: int | None
    are_gates_stale: bool
    # Counts the answer, with the instant of the request; None where nothing is counted.
    _counts: Counts | None
    _received_at: float
    _key: SigningKey

    def decide(self) -> Allocation:
        """Decides, and names each slot with a token. Reads nothing more."""
        request = self.request
        debugging = request.debugging
        explain = debugging.explain if debugging is not None else None
        decision = decide(request.kind, self.inputs, self.index, explains=explain is not None)
        if explain is not None:
            decision = replace(decision, explained=bounded(decision.explained or [], explain))
        if debugging is None and self._counts is not None:
            self._counts.add(request.kind, self.inputs, decision, self._received_at)
        return Allocation(
            request.request_id,
            self.inputs.catalog.version,
            decision,
            self._tokens(decision) if debugging is None else None,
            self.is_user_state_missing,
            self.is_catalog_stale,
            self.gates_version,
            self.are_gates_stale,
            self.inputs.unit.origins,
        )

    def _tokens(self, decision: Decision) -> list[str]:
        inputs = self.inputs
        zone = inputs.query.zone or inputs.unit.zone
        answer = Shared(
            self.request.request_id,
            id_hash(inputs.unit.id),
            inputs.catalog.version,
            decision.valid_until,
            self.user,
            zone.name,
        )
        return slot_tokens(self._key, answer, decision)


class StoredUsers(UserStateReader, LoanStore, Protocol):
    """The store of users."""


class AllocationService:
    """Allocates. Threads share it."""

    def __init__(
        self,
        catalog: CatalogCache,
        users: StoredUsers,
        key: SigningKey,
        user_keys: UserKeys = PLAIN,
        gates: GatesCache | None = None,
        counts: Counts | None = None,
    ) -> None:
        self._catalog, self._users, self._key = catalog, users, key
        self._warnings = SampledWarnings()
        self._user_keys = user_keys
        # Without a table every gate is open, and nothing is counted.
        self._gates, self._counts = gates, counts

    def warm(self, now: float) -> None:
        """Loads the catalog and connects before the first request, if the stores let it.

        `now` is in seconds since 1970.
        """
        if self._gates is not None:
            self._gates.warm(now)
        try:
            self._catalog.warm(now)
            self._users.warm()
        except DaoError as error:
            _logger.warning("The first request will try again: %s", error)
        except CatalogUnavailable:
            _logger.warning("No catalog yet: the first request will try again")

    def open(self, request: AllocationRequest, now: float) -> OpenedAllocation:
        """Reads the catalog and the user's state for a request received at `now`, in seconds since
        1970. Raises UnknownUnit, or CatalogUnavailable.
        """
        query, debugging = request.query, request.debugging
        names = [] if query.limit_ad_tracking else self._user_keys.names(query.user_id)
        user = names[0] if names else None
        # A thread of the cache reads the pointer while this one reads the user's state.
        served = self._catalog.get(now)
        gates = NO_GATES if self._gates is None else self._gates.get(now)
        if self._counts is not None:
            self._counts.flush_if_due(now)
        stored = self._load(names, now)
        catalog = served.catalog.catalog
        unit = catalog.units.get(query.unit_id)
        if unit is None:
            raise UnknownUnit(query.unit_id)
        decided_at = int(now)
        if debugging is not None and debugging.now is not None:
            decided_at = debugging.now
        is_user_state_missing = user is not None and stored.source == UNKNOWN
        state = with_report(stored, catalog, unit, query, decided_at)
        inputs = Inputs(catalog, unit, query, state, gates.gates, decided_at)
        if unit.lends_to_devices and user is not None and not is_user_state_missing:
            try:
                lent = lend(self._users, user, request, inputs, served.catalog.index)
                inputs = replace(inputs, state=lent)
            except DaoError as error:
                self._warn(error, now)
                is_user_state_missing = True
        return OpenedAllocation(
            request,
            inputs,
            served.catalog.index,
            user,
            is_user_state_missing=is_user_state_missing,
            is_catalog_stale=served.is_stale,
            gates_version=gates.version,
            are_gates_stale=gates.are_stale,
            _counts=self._counts,
            _received_at=now,
            _key=self._key,
        )

    def allows_origin(self, origin: str, now: float) -> FromCatalog[bool]:
        """Whether pages of an origin may ask at all: whether any published unit lists it.

        `now` is in seconds since 1970. Raises CatalogUnavailable.
        """
        return self._catalog.allows_origin(origin, now)

    def origins_of(self, unit_id: str, now: float) -> FromCatalog[tuple[str, ...]]:
        """The origins of pages that may read an answer for a unit; none if the unit is not known.

        Raises CatalogUnavailable.
        """
        served = self._catalog.get(now)
        unit = served.catalog.catalog.units.get(unit_id)
        return FromCatalog(() if unit is None else unit.origins, served.is_stale)

    def _load(self, names: list[str], now: float) -> UserState:
        """The state of a user with these names, added up; an unknown one if it may not or cannot be read."""
        state = None
        try:
            for name in names:
                # Where Redis does not answer, the first name costs the deadline and is the last.
                loaded = self._users.load(name)
                state = loaded if state is None else state.plus(loaded)
        except DaoError as error:
            self._warn(error, now)
            return UserState(UNKNOWN)
        if state is None:
            return UserState(UNKNOWN)
        if state.source == UNKNOWN and (left_out := self._warnings.next(now)) is not None:
            text = "A user's state was lost, and is not known until it is rebuilt (and %d times before)"
            _logger.warning(text, left_out)
        return state

    def _warn(self, error: DaoError, now: float) -> None:
        if (left_out := self._warnings.next(now)) is not None:
            text = "Allocating without the user's state: %s (and %d times before)"
            _logger.warning(text, error, left_out)
