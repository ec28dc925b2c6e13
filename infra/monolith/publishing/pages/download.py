"""All rows that a publication would change, as a file."""

import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _

from kernel.published.errors import StoreError
from publishing import catalog
from publishing.problems import UnservableCatalog
from publishing.reasons import in_words
from publishing.roles import PUBLISH
from publishing.row_text import row_differences
from publishing.services.preview import all_changes
from publishing.startup import configured_store
from web.people import person_of
from web.spreadsheets import csv_lines, guarded


def download(request: HttpRequest, form: str) -> HttpResponseBase:
    """The rows as `json` (one object in each line of an array) or `csv` (one line for each field)."""
    person_of(request, PUBLISH)
    if form not in ("json", "csv"):
        raise Http404
    try:
        rows = all_changes(configured_store(), catalog.read_pages)
        # Whatever cannot be read is known before the first row.
        rows = chain(list(islice(rows, 1)), rows)
    except (StoreError, UnservableCatalog) as error:
        return HttpResponse(f"{in_words(str(error))}\n", status=503, content_type="text/plain; charset=utf-8")
    lines, kind = (_json(rows), "application/json") if form == "json" else (_csv(rows), "text/csv")
    response = StreamingHttpResponse(lines, content_type=f"{kind}; charset=utf-8")
    response.headers["content-disposition"] = f'attachment; filename="publication.{form}"'
    return response


def _json(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    separator = "[\n"
    for row in rows:
        yield f"{separator}{json.dumps(row, ensure_ascii=False)}"
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def _csv(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    header = [_("kind"), _("id"), _("name"), _("action"), _("field"), _("old"), _("new")]
    return csv_lines(header, _csv_rows(rows))


def _csv_rows(rows: Iterator[dict[str, Any]]) -> Iterator[list[str]]:
    for row in rows:
        for label, old, new in row_differences(row["kind"], row) or [("", "", "")]:
            cells = [row["kind"], row["id"], row["name"], row["what"], label, old, new]
            yield [guarded(cell) for cell in cells]
