"""Checks before an import that a catalog can be served.

The compiler refuses a whole version because of one row (`functions/shared/catalog/src/compile`).
The checks here refuse the same rows before they are edited ones, and name the row and the field.
The schema says which form rows have; the rules below say what a schema cannot.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NoReturn

import msgspec

from allocation.models.time.epoch_seconds import parse_instant
from kernel.kinds import KINDS, Kind
from kernel.published.page import Page
from kernel.published.reader import CATALOG_BYTES_MAX
from kernel.published.row import Row
from kernel.schema import require_form
from kernel.vocabulary.form import NotInVocabulary
from kernel.vocabulary.time_zone import TIME_ZONE
from kernel.vocabulary.url import IMAGE_URL, LANDING_URL, ORIGIN
from kernel.vocabulary.url import LENGTH_MAX as URL_LENGTH_MAX
from publishing.problems import PROBLEMS_MAX, RowProblem, UnservableCatalog
from publishing.spool import Spool

# The kinds of rows that have addresses.
_ADDRESSED = ("creative", "content")
# An address that the standard leaves as it is: its origin alone decides. A hundred thousand addresses
# have few origins, and a parser takes most of the time of a publication.
_PLAIN_URL = re.compile(r"(https://[a-z0-9.-]+)/[A-Za-z0-9._~/-]*(?:\?[A-Za-z0-9._~/=&%+-]*)?")


class _Addresses(msgspec.Struct):
    """The addresses of a creative or a content. Reading a row's JSON for them skips its other members."""

    image_url: str
    landing_url: str


_ADDRESSES = msgspec.json.Decoder(_Addresses)


def check_catalog(spool: Spool, on_progress: Callable[[int], None]) -> None:
    """Raises UnservableCatalog with the first problems. Reports the number of rows checked."""
    problems: list[RowProblem] = []
    ids = _Ids()
    size_bytes = rows_checked = 0
    for kind in KINDS:
        for row in spool.rows_of(kind.name):
            size_bytes += len(row.json.encode())
            problems += [RowProblem(kind.name, row.key, text) for text in _check(kind, row, ids)]
            rows_checked += 1
            on_progress(rows_checked)
            if len(problems) >= PROBLEMS_MAX:
                raise UnservableCatalog(problems)
    if size_bytes > CATALOG_BYTES_MAX:
        text = f"{size_bytes:,} bytes of rows; {CATALOG_BYTES_MAX:,} can be served"
        problems.append(RowProblem("catalog", "", text))
    if problems:
        raise UnservableCatalog(problems)


def has_servable_addresses(row: Row) -> bool:
    """Whether serving withholds nothing of a published row because of its addresses."""
    return row.kind not in _ADDRESSED or not any(_address_problems(_ADDRESSES.decode(row.json)))


def problems_of_addresses(page: Page) -> Iterator[RowProblem]:
    """What is wrong with the addresses of rows that are not published yet."""
    if page.kind not in _ADDRESSED:
        return
    of_rows = _ADDRESSES.decode_lines(b"\n".join(page.documents))
    for key, addresses in zip(page.keys, of_rows, strict=True):
        if not (_is_plain(addresses.image_url) and _is_plain(addresses.landing_url)):
            for text in _address_problems(addresses):
                yield RowProblem(page.kind, key, text)


class _Ids:
    """The ids of the rows so far, which later rows may refer to."""

    def __init__(self) -> None:
        self.by_kind: dict[str, set[str]] = {kind.name: set() for kind in KINDS}

    def missing(self, kind: str, key: str) -> str | None:
        return None if key in self.by_kind[kind] else f"there is no {kind.replace('_', ' ')} {key!r}"


def _check(kind: Kind, row: Row, ids: _Ids) -> Iterator[str]:
    # Also if the row is wrong, so that rows that refer to it do not report the same mistake again.
    ids.by_kind[kind.name].add(row.key)
    try:
        members = json.loads(row.json, parse_float=_refuse_float)
        require_form(kind.name, members)
    except ValueError as error:
        yield str(error)
        return
    yield from _RULES[kind.name](members, ids)


def _refuse_float(text: str) -> NoReturn:
    raise ValueError(f"{text} must be a whole number")


def _unit(row: dict[str, Any], ids: _Ids) -> Iterator[str]:
    yield from _zone_problems(row)
    if row["refresh_seconds"] > row["horizon_seconds"]:
        yield "refresh_seconds: must be at most horizon_seconds"
    for origin in row.get("origins", []):
        try:
            ORIGIN.parse_canonical(origin)
        except NotInVocabulary as error:
            yield f"origins: {origin!r} {error}"


def _campaign(row: dict[str, Any], ids: _Ids) -> Iterator[str]:
    if problem := ids.missing("advertiser", row["advertiser_id"]):
        yield f"advertiser_id: {problem}"
    yield from _ordered(row, "starts_at", "ends_at")
    currency = row.get("budget_currency")
    has_budget = any(row.get(name) is not None for name in ("budget_micros", "daily_budget_micros"))
    if has_budget and not currency:
        yield "budget_currency: a budget needs a currency"
    if currency and (problem := ids.missing("exchange_rate", currency)):
        yield f"budget_currency: {problem}"
    yield from _zone_problems(row)


def _line_item(row: dict[str, Any], ids: _Ids) -> Iterator[str]:
    if problem := ids.missing("campaign", row["campaign_id"]):
        yield f"campaign_id: {problem}"
    if problem := ids.missing("exchange_rate", row["currency"]):
        yield f"currency: {problem}"
    yield from _ordered(row, "starts_at", "ends_at")
    if row.get("share_ppm") is not None and row["tier"] != "sponsorship":
        yield "share_ppm: only a sponsorship has a share"


def _creative(row: dict[str, Any], ids: _Ids) -> Iterator[str]:
    yield from _rates(row, ids)
    yield from _address_problems(_Addresses(row["image_url"], row["landing_url"]))


def _rates(row: dict[str, Any], ids: _Ids) -> Iterator[str]:
    # The unit may have been deleted.
    if problem := ids.missing("line_item", row["line_item_id"]):
        yield f"line_item_id: {problem}"


def _zone_problems(row: dict[str, Any]) -> Iterator[str]:
    name = row.get("timezone")
    if name is None:
        return
    try:
        TIME_ZONE.parse_canonical(name)
    except NotInVocabulary:
        yield f"timezone: {name!r} is not an IANA time zone"


def _address_problems(addresses: _Addresses) -> Iterator[str]:
    """What is wrong with the addresses of a creative or a content."""
    for field, text, vocabulary in (
        ("image_url", addresses.image_url, IMAGE_URL),
        ("landing_url", addresses.landing_url, LANDING_URL),
    ):
        if _is_plain(text):
            continue
        try:
            vocabulary.parse_canonical(text)
        except NotInVocabulary as error:
            yield f"{field}: {error}"


def _is_plain(text: str) -> bool:
    """Whether the pattern of plain addresses shows that an address is canonical."""
    plain = _PLAIN_URL.fullmatch(text)
    return plain is not None and "/." not in text and len(text) <= URL_LENGTH_MAX and _is_public(plain[1])


@lru_cache(maxsize=1_024)
def _is_public(origin: str) -> bool:
    """Whether an address of this origin alone is canonical, as an image and as a landing page."""
    try:
        IMAGE_URL.parse_canonical(f"{origin}/")
        LANDING_URL.parse_canonical(f"{origin}/")
    except NotInVocabulary:
        return False
    return True


def _content(row: dict[str, Any], ids: _Ids) -> Iterator[str]:
    if problem := ids.missing("channel", row["channel_id"]):
        yield f"channel_id: {problem}"
    yield from _ordered(row, "published_at", "expires_at")
    yield from _address_problems(_Addresses(row["image_url"], row["landing_url"]))
    # A device reports what it showed by id alone, and a click names a creative or a content.
    for kind in ("line_item", "creative"):
        if row["id"] in ids.by_kind[kind]:
            yield f"id: a {kind.replace('_', ' ')} has it"


def _nothing_more(row: dict[str, Any], ids: _Ids) -> Iterator[str]:
    return iter(())


_RULES: dict[str, Callable[[dict[str, Any], _Ids], Iterator[str]]] = {
    "unit": _unit,
    "exchange_rate": _nothing_more,
    "advertiser": _nothing_more,
    "campaign": _campaign,
    "line_item": _line_item,
    "creative": _creative,
    "rates": _rates,
    "channel": _nothing_more,
    "content": _content,
    "tombstone": _nothing_more,
}


def _ordered(row: dict[str, Any], starts: str, ends: str) -> Iterator[str]:
    times: list[int] = []
    for field in (starts, ends):
        text = row.get(field)
        if not text:
            continue
        try:
            times.append(parse_instant(text))
        except ValueError:
            yield f"{field}: {text!r} is no time"
            return
    if len(times) == 2 and times[0] >= times[1]:
        yield f"{ends}: must be after {starts}"
