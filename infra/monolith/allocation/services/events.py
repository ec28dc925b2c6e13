"""Tracking events: what a device reports about slots.

An event is accepted when the ledger holds it. What counts for a user is counted in Redis after that,
which a repetition makes up if Redis missed it.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol
from uuid import UUID

from allocation.dao.bursts import BurstCounter
from allocation.dao.error import DaoError
from allocation.dao.events import EventRecord, EventRecorder
from allocation.dao.ledger import Ledger, LedgerEntry, Recorded
from allocation.models.event import CLICK, EXPIRED, VALID
from allocation.models.time.windows import buckets_at
from allocation.models.time.zones import parse_zone
from allocation.services import tracking
from allocation.services.bursts import Burst, Counted, address_name
from allocation.services.catalog_cache import CatalogCache, FromCatalog
from allocation.services.claims import Claims, InvalidToken
from allocation.services.found_items import Found, FoundItems
from allocation.services.ledger_entries import Times, issue_of, ledger_entry
from allocation.services.sampling import SampledWarnings
from allocation.services.signing import SigningKeys
from allocation.services.user_key import PLAIN, UserKeys
from allocation.services.validity import Classifier, Sender, happened

_logger = logging.getLogger("django.allocation.events")

# What became of an event. A refused one has none of these.
YES, REPEATED, INVALID, NO = "yes", "repeated", "invalid", "no"

# What an event is answered with instead of a pixel or a redirection.
INVALID_TOKEN, EXPIRED_TOKEN, NO_LANDING_PAGE = "invalid-token", "expired-token", "no-landing-page"
LEDGER_UNAVAILABLE, CATALOG_UNAVAILABLE = "ledger-unavailable", "catalog-unavailable"

# An event of a token that expired longer ago is not even recorded as an expired one.
_EXPIRED_RECORDED_FOR_SECONDS = 8 * 24 * 3_600


class Report(NamedTuple):
    """What a device reports about one slot."""

    # One of `models.event.EVENT_KINDS`.
    kind: str
    token: str
    # When it happened, in epoch seconds, as the device says; None is now.
    at: int | None = None
    # Whether the device says a time that cannot be read, or several.
    is_at_ignored: bool = False


@dataclass(slots=True)
class Outcome:
    """What became of one event."""

    # None where the event is refused.
    recorded: str | None = None
    problem: str | None = None
    # The id of the allocation that made the link.
    request_id: UUID | None = None
    # Where a click leads.
    landing_url: str | None = None
    is_at_ignored: bool = False
    # What was missing while answering.
    is_uncounted: bool = False
    is_catalog_stale: bool = False
    is_ledger_missing: bool = False


@dataclass(frozen=True, slots=True)
class LedgerRules:
    """What the configuration says about the ledger."""

    # An entry is kept for so long after the end of its token.
    keep_seconds: int = 400 * 24 * 3_600
    # A click sooner after the issue of its slot is none of a person.
    click_seconds_min: int = 1
    # The most events of one user and of one address in a minute that count. Many phones share an
    # address of a mobile network.
    user_events_max: int = 600
    address_events_max: int = 12_000


class Refused(Enum):
    """Why a token is none, by its class in the log."""

    FORGED = "forged"
    EXPIRED = EXPIRED


# How many events of a request do not count, by kind, class, and what became of them.
_Uncounted = Counter[tuple[str, str, str | None]]


@dataclass(slots=True)
class _Event:
    """An event on its way into the ledger."""

    report: Report
    claims: Claims
    found: Found
    entry: LedgerEntry
    is_expired: bool
    outcome: Outcome


class Users(EventRecorder, BurstCounter, Protocol):
    """Counts events for users, and in minutes."""


class EventService:
    """Accepts events. Threads share it."""

    def __init__(
        self,
        catalog: CatalogCache,
        ledger: Ledger,
        users: Users,
        keys: SigningKeys,
        user_keys: UserKeys = PLAIN,
        rules: LedgerRules | None = None,
    ) -> None:
        self._catalog, self._ledger, self._users = catalog, ledger, users
        self._keys, self._user_keys = keys, user_keys
        self._rules = rules or LedgerRules()
        self._classifier = Classifier(self._rules.click_seconds_min)
        self._ledger_warnings, self._redis_warnings = SampledWarnings(), SampledWarnings()
        self._unknown_warnings, self._burst_warnings = SampledWarnings(), SampledWarnings()

    def warm(self) -> None:
        """Connects to the ledger before the first event, if it lets it. An allocation service over the
        same stores warms the others.
        """
        try:
            self._ledger.warm()
        except DaoError as error:
            _logger.warning("The first event will try again: %s", error)

    def allows_origin(self, origin: str, now: float) -> FromCatalog[bool]:
        """Whether pages of an origin may send events that need a preflight: whether any published unit
        lists it. `now` is in seconds since 1970. Raises CatalogUnavailable.
        """
        return self._catalog.allows_origin(origin, now)

    def accept(self, reports: Sequence[Report], sender: Sender, now: float) -> list[Outcome]:
        """What became of each report of a request that arrived at `now`, in seconds since 1970."""
        items, uncounted = FoundItems(self._catalog, now), _Uncounted()
        claims = [self._claims(report, int(now)) for report in reports]
        bursts = self._bursts(claims, sender, now)
        prepared = [
            self._prepare(*each, sender, items, int(now), uncounted)
            for each in zip(reports, claims, bursts, strict=True)
        ]
        events = [each for each in prepared if isinstance(each, _Event)]
        for written, event in self._write(events):
            self._finish(event, written, now, uncounted)
        _log(uncounted)
        return [each.outcome if isinstance(each, _Event) else each for each in prepared]

    def _claims(self, report: Report, now: int) -> Claims | Refused:
        """The claims of an event that may be recorded."""
        try:
            claims = tracking.verify(self._keys, report.token)
        except InvalidToken:
            return Refused.FORGED
        return Refused.EXPIRED if now - claims.expires_at > _EXPIRED_RECORDED_FOR_SECONDS else claims

    def _bursts(self, claims: Sequence[Claims | Refused], sender: Sender, now: float) -> list[Burst]:
        """Whether each event of a request is one of a burst."""
        address = None if sender.address is None else address_name(self._keys, sender.address, now)
        limits: list[dict[str, int]] = []
        for each in claims:
            own: dict[str, int] = {}
            if isinstance(each, Claims) and each.expires_at > now:
                if each.user is not None:
                    own[self._user_keys.name_of_token(each.user.key)] = self._rules.user_events_max
                if address is not None:
                    own[address] = self._rules.address_events_max
            limits.append(own)
        counted = Counted(limits)
        try:
            return counted.judge(self._users, now)
        except DaoError as error:
            bursts = counted.unchecked()
            # A metric is made of these lines.
            text = "events are not checked for bursts metric=bursts_unchecked events=%d"
            _logger.info(text, bursts.count(Burst.UNCHECKED))
            if (left_out := self._burst_warnings.next(now)) is not None:
                _logger.warning(
                    "Events are not checked for bursts: %s (and %d times before)", error, left_out
                )
            return bursts

    def _prepare(
        self,
        report: Report,
        claims: Claims | Refused,
        burst: Burst,
        sender: Sender,
        items: FoundItems,
        now: int,
        uncounted: _Uncounted,
    ) -> "_Event | Outcome":
        if isinstance(claims, Refused):
            uncounted[report.kind, claims.value, None] += 1
            return Outcome(problem=INVALID_TOKEN if claims is Refused.FORGED else EXPIRED_TOKEN)
        is_expired = claims.expires_at <= now
        issued_at = issue_of(claims)
        time = happened(report.at, issued_at, now)
        is_at_ignored = report.is_at_ignored or time.is_ignored
        found = items.find(claims, may_wait=not is_expired)
        if found.is_without_catalog and found.item is None and not is_expired:
            # It is not known what the event is about.
            uncounted[report.kind, "unknown", NO] += 1
            return Outcome(NO, CATALOG_UNAVAILABLE, claims.request_id, is_at_ignored=is_at_ignored)
        event_class = self._classifier.class_of(
            report.kind,
            sender,
            found.tombstone,
            is_expired=is_expired,
            issued_at=issued_at,
            happened_at=time.at,
            is_burst=burst is Burst.BEYOND,
        )
        user_key = None if claims.user is None else self._user_keys.name_of_token(claims.user.key)
        times = Times(issued_at, time.at, now)
        entry = ledger_entry(
            report.kind, event_class, claims, found, times, user_key, self._rules.keep_seconds, burst
        )
        outcome = Outcome(
            request_id=claims.request_id,
            is_at_ignored=is_at_ignored,
            is_catalog_stale=found.is_catalog_stale,
        )
        return _Event(report, claims, found, entry, is_expired, outcome)

    def _write(self, events: list[_Event]) -> Iterator[tuple[Recorded | DaoError, _Event]]:
        """Writes the events side by side, and one that is there several times once. Its further reports
        are repetitions of the first, or are not recorded as the first is not: to write each of them in
        turn would let one request wait for the ledger as often as it names one event.
        """
        firsts: dict[tuple[str, str], _Event] = {}
        for event in events:
            firsts.setdefault(event.entry.key, event)
        written = self._ledger.record([event.entry for event in firsts.values()])
        results = dict(zip(firsts, written, strict=True))
        for event in events:
            result = results[event.entry.key]
            is_first = firsts[event.entry.key] is event
            yield result if is_first or isinstance(result, DaoError) else Recorded.REPEATED, event

    def _finish(self, event: _Event, written: Recorded | DaoError, now: float, uncounted: _Uncounted) -> None:
        outcome, is_valid = event.outcome, event.entry.event_class == VALID
        if isinstance(written, DaoError):
            outcome.recorded, outcome.is_ledger_missing = NO, True
            if (left_out := self._ledger_warnings.next(now)) is not None:
                _logger.warning("An event is not recorded: %s (and %d times before)", written, left_out)
        else:
            outcome.recorded = INVALID
            if is_valid:
                outcome.recorded = YES if written is Recorded.NEW else REPEATED
                outcome.is_uncounted = not self._count(event, now)
        if not is_valid or outcome.recorded == NO:
            uncounted[event.report.kind, event.entry.event_class, outcome.recorded] += 1
        self._answer(event)

    def _answer(self, event: _Event) -> None:
        """What the event is answered with."""
        outcome, found = event.outcome, event.found
        if event.is_expired:
            outcome.problem = EXPIRED_TOKEN
        elif event.report.kind != CLICK:
            outcome.problem = LEDGER_UNAVAILABLE if outcome.is_ledger_missing else None
        elif found.is_without_catalog:
            outcome.problem = CATALOG_UNAVAILABLE
        elif found.landing_url is None:
            outcome.problem = NO_LANDING_PAGE
        else:
            outcome.landing_url = found.landing_url

    def _count(self, event: _Event, now: float) -> bool:
        """Counts a valid event for its user. False if it should have been counted and was not."""
        claims, entry = event.claims, event.entry
        # Under limit-ad-tracking the token has no user to count for.
        if claims.user is None or entry.user_key is None:
            return True
        if event.found.item is None:
            if (left_out := self._unknown_warnings.next(now)) is not None:
                text = "An event of an unknown item is not counted: %s (and %d times before)"
                _logger.warning(text, entry.kind, left_out)
            return True
        try:
            zone = parse_zone(claims.user.zone)
        except ValueError:
            _logger.error("A signed token names a zone that this version does not know: %s", claims.user.zone)
            return False
        record = EventRecord(
            kind=entry.kind,
            user_key=entry.user_key,
            slot_key=f"{claims.request_id}:{claims.position}",
            item=event.found.item,
            occurred_at=entry.happened_at,
            buckets=buckets_at(entry.happened_at, zone),
            arrived=buckets_at(entry.arrived_at, zone),
            repeatable_for_seconds=claims.expires_at - entry.arrived_at,
        )
        try:
            self._users.record(record)
        except DaoError as error:
            if (left_out := self._redis_warnings.next(now)) is not None:
                text = "An event is recorded and not counted: %s (and %d times before)"
                _logger.warning(text, error, left_out)
            return False
        return True


def _log(uncounted: _Uncounted) -> None:
    """The lines of a request's events that do not count. Metrics are made of these lines. Events that
    are alike share one, because any stranger may send a hundred at once.
    """
    text = "events do not count metric=events kind=%s class=%s recorded=%s events=%d"
    for (kind, event_class, recorded), count in uncounted.items():
        _logger.info(text, kind, event_class, recorded or "refused", count)
