"""Whether a catalog can be served, asked before it is published.

Serving refuses a version with one row that it cannot use, whole (`Catalog::compile` in
`functions/shared/models`), so everything that it refuses is refused here, with the name of the row
and the field. The form of rows is the schema's; what a schema cannot say is below.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from django.utils.dateparse import parse_datetime

from kernel.kinds import KINDS, Kind
from kernel.published.items import Row
from kernel.published.reader import CATALOG_BYTES_MAX
from kernel.schema import require_form
from kernel.vocabulary.form import NotInVocabulary
from kernel.vocabulary.time_zone import TIME_ZONE
from publishing.spool import Spool

# A person corrects these first and publishes again.
PROBLEMS_MAX = 20


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with a row, beginning with the field."""

    kind: str
    key: str
    problem: str

    def __str__(self) -> str:
        return f"{self.kind} {self.key!r}: {self.problem}"


class UnservableCatalog(Exception):
    """The catalog as a whole cannot be published. Nothing was."""

    def __init__(self, problems: list[RowProblem]) -> None:
        self.problems = problems
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}")


def check_catalog(spool: Spool, on_progress: Callable[[int], None]) -> None:
    """Raises UnservableCatalog with the first problems; tells how many rows have been looked at."""
    problems: list[RowProblem] = []
    known = _Known()
    size_bytes = looked_at = 0
    for kind in KINDS:
        for row in spool.rows_of(kind.name):
            size_bytes += len(row.json.encode())
            problems += [RowProblem(kind.name, row.key, text) for text in _check(kind, row, known)]
            looked_at += 1
            on_progress(looked_at)
            if len(problems) >= PROBLEMS_MAX:
                raise UnservableCatalog(problems)
    if size_bytes > CATALOG_BYTES_MAX:
        text = f"{size_bytes:,} bytes of rows; {CATALOG_BYTES_MAX:,} can be served"
        problems.append(RowProblem("catalog", "", text))
    if problems:
        raise UnservableCatalog(problems)


class _Known:
    """The ids that later rows may refer to."""

    def __init__(self) -> None:
        self.ids: dict[str, set[str]] = {kind.name: set() for kind in KINDS}

    def missing(self, kind: str, key: str) -> str | None:
        return None if key in self.ids[kind] else f"there is no {kind.replace('_', ' ')} {key!r}"


def _check(kind: Kind, row: Row, known: _Known) -> Iterator[str]:
    # There it is, be it right or wrong: one mistake is not repeated by all who refer to the row.
    known.ids[kind.name].add(row.key)
    try:
        members = json.loads(row.json, parse_float=_refuse_float)
        require_form(kind.name, members)
    except ValueError as error:
        yield str(error)
        return
    yield from _RULES[kind.name](members, known)


def _refuse_float(text: str) -> NoReturn:
    raise ValueError(f"{text} must be a whole number")


def _unit(row: dict[str, Any], known: _Known) -> Iterator[str]:
    try:
        TIME_ZONE.parse_canonical(row["timezone"])
    except NotInVocabulary:
        yield f"timezone: {row['timezone']!r} is not an IANA time zone"
    if row["refresh_seconds"] > row["horizon_seconds"]:
        yield "refresh_seconds: must be at most horizon_seconds"


def _campaign(row: dict[str, Any], known: _Known) -> Iterator[str]:
    if problem := known.missing("advertiser", row["advertiser_id"]):
        yield f"advertiser_id: {problem}"
    yield from _ordered(row, "starts_at", "ends_at")


def _line_item(row: dict[str, Any], known: _Known) -> Iterator[str]:
    if problem := known.missing("campaign", row["campaign_id"]):
        yield f"campaign_id: {problem}"
    if problem := known.missing("exchange_rate", row["currency"]):
        yield f"currency: {problem}"
    yield from _ordered(row, "starts_at", "ends_at")


def _creative(row: dict[str, Any], known: _Known) -> Iterator[str]:
    if problem := known.missing("line_item", row["line_item_id"]):
        yield f"line_item_id: {problem}"


def _content(row: dict[str, Any], known: _Known) -> Iterator[str]:
    if problem := known.missing("channel", row["channel_id"]):
        yield f"channel_id: {problem}"
    yield from _ordered(row, "published_at", "expires_at")
    # A device reports what it showed by id alone, and a click names a creative or a content.
    for kind in ("line_item", "creative"):
        if row["id"] in known.ids[kind]:
            yield f"id: a {kind.replace('_', ' ')} has it"


def _nothing_more(row: dict[str, Any], known: _Known) -> Iterator[str]:
    return iter(())


_RULES: dict[str, Callable[[dict[str, Any], _Known], Iterator[str]]] = {
    "unit": _unit,
    "exchange_rate": _nothing_more,
    "advertiser": _nothing_more,
    "campaign": _campaign,
    "line_item": _line_item,
    "creative": _creative,
    # Their line item is checked in the same words, their unit may be one that is gone.
    "rates": _creative,
    "channel": _nothing_more,
    "content": _content,
}


def _ordered(row: dict[str, Any], starts: str, ends: str) -> Iterator[str]:
    times = {}
    for field in (starts, ends):
        if text := row.get(field):
            try:
                times[field] = parse_datetime(text)
            except ValueError:
                times[field] = None
            if times[field] is None:
                yield f"{field}: {text!r} is no time"
                return
    if len(times) == 2 and times[starts] >= times[ends]:
        yield f"{ends}: must be after {starts}"
