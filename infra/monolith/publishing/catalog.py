"""Reads the edited catalog: every row that can serve, as of one moment, in the order of its key.

Active rows below active rows are in it. What ended long ago is not.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from itertools import islice
from operator import itemgetter
from typing import Any

import msgspec
from django.db import connections, transaction
from django.db.models import Model, Q, QuerySet
from django.utils.timezone import now

from adops.models import Status
from adops.selectors.catalog_members import Members
from adops.selectors.catalog_rows import members_of, model_of, select_rows
from adops.selectors.learned_rates import (
    LearnedRates,
    complete_line_items,
    complete_rates,
    paid_by_click,
)
from kernel.kinds import KIND_BY_NAME
from kernel.published.chunks import unpublishable
from kernel.published.page import PAGE_ROWS, Page
from kernel.published.row import Row
from publishing.typed_digest import TypedDigest

# The database alias whose transactions see one moment and block no edit; settings.py defines it.
SNAPSHOT = "snapshot"
# Operators still ask why an item that ended last week was not shown.
LONG_AGO = timedelta(days=30)
# Asked for in this way because databases would use the index of the status for `status = 'active'`,
# which most rows have, and sort all rows again for each page.
_NOT_SERVED = [status for status in Status if status != Status.ACTIVE]
# The standard library's encoder takes ten times as long, and writes the same.
_ENCODER = msgspec.json.Encoder()


def read_rows() -> Generator[Row, None, None]:
    """All rows as of one moment, one by one."""
    with closing(read_pages()) as pages:
        for page in pages:
            yield from page.rows()


def read_pages(typed: TypedDigest | None = None) -> Generator[Page, None, None]:
    """All rows as of one moment, however long the reading takes. Edits meanwhile are not seen.

    `typed` takes notice of what was read, without learned rates.
    """
    limit, typed = now() - LONG_AGO, typed or TypedDigest()
    with transaction.atomic(using=SNAPSHOT):
        rates = LearnedRates(SNAPSHOT)
        conditions = _conditions(limit)
        for kind, where in sorted(conditions.items()):
            rows = select_rows(kind, where).using(SNAPSHOT)
            if kind == "rates":
                pages = _pages_of_rates(rows, rates, conditions["line_item"], typed)
            else:
                pages = _pages(kind, rows, rates, typed)
            for values in pages:
                yield _page_of(kind, members_of(kind, values))
    # The transaction is over: the connection need not stay open until the next publication.
    if not connections[SNAPSHOT].in_atomic_block:
        connections[SNAPSHOT].close()


def _page_of(kind: str, rows: list[Members]) -> Page:
    keys = KIND_BY_NAME[kind].keys_of(rows)
    try:
        # A line feed within a text is written as an escape.
        documents = _ENCODER.encode_lines(rows).splitlines()
    except UnicodeEncodeError:
        documents = [_encoded(kind, key, row) for key, row in zip(keys, rows, strict=True)]
    return Page(kind, keys, documents)


def _encoded(kind: str, key: str, row: Members) -> bytes:
    try:
        return _ENCODER.encode(row)
    except UnicodeEncodeError:
        raise unpublishable(kind, key) from None


def _conditions(limit: datetime) -> dict[str, Q]:
    """Which rows of each kind can serve, given the moment after which a row must end."""
    everything, is_active = Q(), ~Q(status__in=_NOT_SERVED)
    line_item_serves = _serves("line_item__", "ends_at", limit) & _serves(
        "line_item__campaign__", "ends_at", limit
    )
    return {
        "unit": is_active,
        "exchange_rate": everything,
        "advertiser": everything,
        "campaign": _serves("", "ends_at", limit),
        "line_item": _serves("", "ends_at", limit) & _serves("campaign__", "ends_at", limit),
        "creative": ~Q(status__in=_NOT_SERVED) & line_item_serves,
        "rates": line_item_serves & ~Q(unit__status__in=_NOT_SERVED),
        "channel": everything,
        # An archived channel stays, and its contents are not served.
        "content": _serves("", "expires_at", limit) & ~Q(channel__status__in=_NOT_SERVED),
    }


def _serves(path: str, ends: str, limit: datetime) -> Q:
    has_not_ended = Q(**{f"{path}{ends}": None}) | Q(**{f"{path}{ends}__gt": limit})
    return ~Q(**{f"{path}status__in": _NOT_SERVED}) & has_not_ended


def _pages(
    kind: str, queryset: QuerySet[Model, dict[str, Any]], rates: LearnedRates, typed: TypedDigest
) -> Iterator[list[dict[str, Any]]]:
    """A query's rows by their keys, some at a time: MariaDB's driver fetches whole results.

    Databases compare keys as bytes, as the catalog does (`adops.models.fields.ExactCharField`).
    """
    name = "currency" if kind == "exchange_rate" else "public_id"
    ordered = page = queryset.order_by(name)
    while rows := list(page[:PAGE_ROWS]):
        typed.add(kind, rows)
        if kind == "line_item":
            complete_line_items(rates, rows)
        yield rows
        page = ordered.filter(**{f"{name}__gt": rows[-1][name]})


def _pages_of_rates(
    queryset: QuerySet[Model, dict[str, Any]], rates: LearnedRates, serves: Q, typed: TypedDigest
) -> Iterator[list[dict[str, Any]]]:
    """Typed and learned rates by the ids of line item and unit, those of some line items at a time.

    Only so does an index give the pages: no index has the ids of both.
    """
    ids = model_of("line_item")._default_manager.using(queryset.db).order_by("public_id")
    of_unit = model_of("unit")._default_manager.using(queryset.db).exclude(status__in=_NOT_SERVED)
    units = set(of_unit.values_list("public_id", flat=True))
    start = ""
    while page := list(ids.filter(public_id__gt=start).values_list("public_id", flat=True)[:PAGE_ROWS]):
        of_line_items = queryset.filter(line_item__public_id__gt=start, line_item__public_id__lte=page[-1])
        of_page = sorted(of_line_items, key=itemgetter("line_item__public_id", "unit__public_id"))
        typed.add("rates", of_page)
        learning = ids.filter(serves, paid_by_click(), public_id__gt=start, public_id__lte=page[-1])
        expected = dict(learning.values_list("public_id", "default_ctr_ppm"))
        completed = iter(complete_rates(rates, of_page, expected, units))
        while rows := list(islice(completed, PAGE_ROWS)):
            yield rows
        start = page[-1]
