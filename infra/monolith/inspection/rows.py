"""The rows that a question is held against: the served version's, or the edited ones."""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cache, partial
from heapq import merge
from itertools import groupby

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from adops.models import Content, LineItem, Status
from adops.selectors.catalog_rows import select_rows, write_row
from inspection.inspector import Document, InspectionFailed, Inspector, rows_of_draft, rows_of_version
from kernel.kinds import KIND_BY_NAME
from kernel.published.client import connect
from kernel.published.errors import StoreError
from kernel.published.page import pages_of
from kernel.published.reader import PublishedCatalogs
from kernel.published.row import Row
from publishing.catalog import read_rows
from publishing.compiler import connect_lambda
from publishing.packed_rows import PackedRows
from publishing.reasons import in_words

# Making a client takes a third of a second of the processor, and one serves all threads.
_store_client = cache(connect)
_invoke_client = cache(connect_lambda)

PUBLISHED = "published"
EDITED = "edited"


def configured_inspector() -> Inspector:
    invoke = partial(_invoke_client, settings.LAMBDA_ENDPOINT_URL, settings.AWS_REGION)
    return Inspector(settings.CATALOG_FUNCTION, invoke)


def rows_named(name: str) -> Document:
    """The rows of a question. Raises InspectionFailed if they cannot be had."""
    return _served() if name == PUBLISHED else _edited()


def _served() -> Document:
    if not settings.CATALOG_TABLE:
        raise InspectionFailed(_("The table of published catalogs is not named: set LOCKFILL_CATALOG_TABLE."))
    try:
        client = _store_client(settings.DYNAMODB_ENDPOINT_URL, settings.AWS_REGION)
        record = PublishedCatalogs(client, settings.CATALOG_TABLE).last_published()
    except StoreError:
        raise InspectionFailed(_("The store of published catalogs does not answer.")) from None
    if record is None:
        raise InspectionFailed(_("Nothing has been published yet: ask about the edited rows."))
    return rows_of_version(record)


def rows_with(item: LineItem | Content) -> Document:
    """The edited rows as if the item and its campaign were active."""
    return _edited(sorted(_as_if_active(item), key=_place))


def _edited(more: Iterable[Row] = ()) -> Document:
    """All rows that a publication would have now, but for tombstones, which no decision reads; and
    some more, in order.
    """
    with PackedRows() as packed, closing(read_rows()) as rows:
        try:
            merged = groupby(merge(rows, more, key=_place), key=_place)
            for page in pages_of(next(same) for _place_of_row, same in merged):
                packed.add(page)
            return rows_of_draft(packed.chunks())
        except StoreError as error:
            raise InspectionFailed(in_words(str(error))) from None


def _place(row: Row) -> tuple[str, str]:
    return row.kind, row.key


def _as_if_active(item: LineItem | Content) -> Iterator[Row]:
    """The rows that serving needs of an item."""
    if isinstance(item, Content):
        yield from _rows("content", Q(pk=item.pk))
        return
    yield from _rows("campaign", Q(pk=item.campaign_id))
    yield from _rows("line_item", Q(pk=item.pk))
    yield from _rows("creative", Q(line_item=item.pk, status=Status.ACTIVE))


def _rows(kind: str, where: Q) -> Iterator[Row]:
    for values in select_rows(kind, where):
        row = write_row(kind, values)
        yield Row(kind, KIND_BY_NAME[kind].key_of(row), json.dumps(row, ensure_ascii=False))
