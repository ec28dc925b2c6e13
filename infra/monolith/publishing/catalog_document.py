"""Catalogs as documents: one JSON object with a list of rows for each kind."""

import json
from typing import Any

from kernel.kinds import EDITED_KINDS
from kernel.published.row import Row
from publishing.problems import RowProblem, UnservableCatalog
from publishing.spool import Spool


def spool_document(document: Any) -> Spool:
    """The rows of a document. Raises UnservableCatalog if it is not one, or DuplicateRow."""
    if not isinstance(document, dict):
        raise UnservableCatalog([RowProblem("catalog", "", "must be an object of lists of rows")])
    fields = {kind.field for kind in EDITED_KINDS}
    for field, rows in document.items():
        if field not in fields:
            raise UnservableCatalog([RowProblem("catalog", field, "is no kind of rows")])
        if not isinstance(rows, list):
            raise UnservableCatalog([RowProblem("catalog", field, "must be a list of rows")])
    spool = Spool()
    for kind in EDITED_KINDS:
        for index, row in enumerate(document.get(kind.field, [])):
            try:
                key = kind.key_of(row if isinstance(row, dict) else {})
            except ValueError as error:
                problem = RowProblem(kind.field, str(index), str(error))
                raise UnservableCatalog([problem]) from None
            text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
            spool.add(Row(kind.name, key, text))
    return spool
