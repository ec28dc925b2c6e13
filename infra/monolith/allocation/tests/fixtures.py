"""The contract's own files, `tests/fixtures` of the repository: data for any language."""

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from allocation.catalog.catalog import Catalog
from allocation.catalog.compile.compile import compile_catalog
from allocation.catalog.rows import Rows, read_row
from kernel.kinds import KINDS

REPOSITORY = Path(__file__).resolve().parents[4]
FIXTURES = REPOSITORY / "tests" / "fixtures"


def read_fixture(path: str | Path) -> Any:
    return json.loads((FIXTURES / path).read_text("utf-8"))


def compile_document(document: dict[str, Any], version: int = 1) -> Catalog:
    """The catalog of a document that lists rows by kind."""
    rows: Rows = {
        kind.name: [read_row(kind.name, row) for row in document.get(kind.field, [])] for kind in KINDS
    }
    return compile_catalog(version, rows)


def patched_document(reference: dict[str, Any]) -> dict[str, Any]:
    """The small catalog that fixtures share, with the changes of one of them."""
    document = deepcopy(_base(reference["base"]))
    for name, change in reference["patch"].items():
        if isinstance(change, list):
            document[name] = change
            continue
        for key, fields in change.items():
            _patch(document[name], key, fields)
    return document


@cache
def _base(name: str) -> dict[str, Any]:
    return read_fixture(f"catalogs/{name}.json")


def _patch(rows: list[dict[str, Any]], key: str, fields: dict[str, Any] | None) -> None:
    found = next((row for row in rows if row.get("id") == key), None)
    if fields is None:
        assert found is not None, key
        rows.remove(found)
    elif found is None:
        rows.append({**fields, "id": key})
    else:
        found.update(fields)
