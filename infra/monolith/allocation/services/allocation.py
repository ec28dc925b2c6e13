"""Allocation: what there is, what the user has seen, and the decision over both.

It writes nothing: only events, which the events function counts, change what is known of a user.
"""

import hashlib
import hmac
import logging
import os
import time
import uuid
from dataclasses import dataclass
from typing import Protocol

from allocation.catalog.entities import Catalog, Unit
from allocation.dao.error import StoreError
from allocation.decision.context import Context
from allocation.decision.decide import Decision, decide
from allocation.models.pacing import OPEN_GATES
from allocation.models.query import Query
from allocation.models.time.epoch_seconds import floor_to_minute
from allocation.models.user_state import UNKNOWN, UserState, reported_state
from allocation.services.catalog_cache import CatalogCache, CatalogUnavailable
from allocation.services.tracking import Signer, sign_slots, user_key

_logger = logging.getLogger("django.allocation")


class UserStateReader(Protocol):
    def warm(self) -> None:
        """Connects before the first request. Raises StoreError."""

    def load(self, user_key: str) -> UserState:
        """The state; that of a new user if nothing is stored. Raises StoreError."""


@dataclass(frozen=True, slots=True)
class Debugging:
    """What a request with the debug token asks for besides slots."""

    # The reason for every item that is not shown.
    explain: bool
    # Another instant than the current one.
    now: int | None


class UnknownUnit(Exception):
    """The catalog has no such unit."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """An allocation, as whoever presents it needs it."""

    request_id: str
    catalog_version: int
    decision: Decision
    # One for each slot, in order; None while debugging, when nothing is tracked.
    tokens: list[str] | None
    # Whether the user's state should have been read and could not.
    is_user_state_missing: bool
    is_catalog_stale: bool


class AllocationService:
    """Allocates. Threads share it."""

    def __init__(
        self,
        catalog: CatalogCache,
        users: UserStateReader,
        signer: Signer,
        *,
        link_base: str,
        debug_token: str | None,
    ) -> None:
        self._catalog, self._users, self._signer = catalog, users, signer
        self.link_base = link_base
        # Kept as a digest, so that comparing takes the same time whatever is compared.
        self._debug_digest = None if debug_token is None else _digest(debug_token)

    def may_debug(self, candidate: str | None) -> bool:
        """Whether somebody knows the debug token. Without one, debugging is off."""
        if self._debug_digest is None or candidate is None:
            return False
        return hmac.compare_digest(self._debug_digest, _digest(candidate))

    def warm(self) -> None:
        """Loads the catalog and connects before the first request, if the stores let it."""
        try:
            self._catalog.warm()
            self._users.warm()
        except StoreError as error:
            _logger.warning("The first request will try again: %s", error)
        except CatalogUnavailable:
            _logger.warning("No catalog yet: the first request will try again")

    def allocate(self, kind: str, query: Query, debugging: Debugging | None) -> Allocation:
        """Decides. Raises UnknownUnit, or CatalogUnavailable."""
        user = None if query.limit_ad_tracking else user_key(query.user_id)
        # The pointer is read meanwhile, by a thread of the cache's own.
        served = self._catalog.get()
        stored = None if user is None else self._load(user)
        catalog = served.catalog
        unit = catalog.units.get(query.unit_id)
        if unit is None:
            raise UnknownUnit(query.unit_id)
        now = int(time.time())
        if debugging is not None and debugging.now is not None:
            now = debugging.now
        # Nobody computes the pacing table yet, so every gate is open.
        context = Context(
            catalog=catalog,
            unit=unit,
            query=query,
            state=stored or _reported(catalog, unit, query, now),
            gates=OPEN_GATES,
            now=now,
        )
        decision = decide(kind, context, explains=debugging is not None and debugging.explain)
        request_id = _new_request_id()
        tokens = None
        if debugging is None:
            zone_name = context.zone.name
            tokens = sign_slots(
                self._signer, decision, request_id=request_id, user=user, zone_name=zone_name
            )
        return Allocation(
            request_id,
            catalog.version,
            decision,
            tokens,
            is_user_state_missing=user is not None and stored is None,
            is_catalog_stale=served.is_stale,
        )

    def _load(self, user: str) -> UserState | None:
        try:
            return self._users.load(user)
        except StoreError as error:
            _logger.warning("Allocating without the user's state: %s", error)
            return None


def _reported(catalog: Catalog, unit: Unit, query: Query, now: int) -> UserState:
    """The state where none may be or could be read: what the device reports, if it does."""
    if query.shown is None:
        return UserState(UNKNOWN)
    zone = query.zone or unit.zone
    return reported_state(query.shown, floor_to_minute(now), zone, catalog.owner_of)


def _new_request_id() -> str:
    """A UUID of version 7 (RFC 9562): milliseconds first, so that ids sort by their time."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return str(uuid.UUID(int=value))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
