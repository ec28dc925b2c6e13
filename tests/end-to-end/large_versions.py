"""Catalogs of a size, for tests of what takes functions long to load."""

import json
import random
from pathlib import Path
from typing import Any

from demo import demo_catalog
from lockfill import ROOT
from lockfill.bench.large_catalog import write_catalog
from lockfill.stack import DEMO_CATALOG

# What publishing accepts; `ROWS_BYTES_MAX` of the crate `lockfill-dao`.
LIMIT_BYTES = 64 * 1024 * 1024
_TITLE_BYTES = 100_000


def limit_is_that_of_the_functions() -> bool:
    source = ROOT / "functions" / "shared" / "dao" / "src" / "manifest.rs"
    return "ROWS_BYTES_MAX: u64 = 64 * 1024 * 1024;" in source.read_text()


def rows_bytes(document: dict[str, Any]) -> int:
    """The bytes of a catalog's rows as they are published, one line each: kind, key and JSON."""
    size = 0
    for field, rows in document.items():
        for row in rows:
            kind = field.removesuffix("s") if field != "rates" else field
            key = row.get("id") or row.get("currency") or f"{row['line_item_id']}#{row['unit_id']}"
            size += len(f"{kind}\t{key}\t{json.dumps(row)}\n")
    return size


def write_of_size(file: Path, wanted_bytes: int) -> int:
    """Writes a catalog of so many bytes of rows, or a little less; the number of line items."""
    samples = []
    for count in (1_000, 2_000):
        write_catalog(DEMO_CATALOG, file, count)
        samples.append(rows_bytes(json.loads(file.read_text())))
    # Numbers get longer with more line items.
    line_items = int((wanted_bytes - samples[0]) / (samples[1] - samples[0]) * 1_000) + 1_000
    while True:
        write_catalog(DEMO_CATALOG, file, line_items)
        size = rows_bytes(json.loads(file.read_text()))
        if size <= wanted_bytes:
            return line_items
        line_items = min(line_items - 1, int(line_items * wanted_bytes / size))


def write_incompressible(file: Path, megabytes: int) -> None:
    """Writes the demonstration catalog with so many megabytes of titles that compress badly."""
    document = demo_catalog()
    sample, chance = document["contents"][0], random.Random(7)  # noqa: S311 (no secret)
    for number in range(megabytes * 1_000_000 // _TITLE_BYTES):
        title = chance.randbytes(_TITLE_BYTES // 2).hex()
        document["contents"].append({**sample, "id": f"ct-large-{number}", "title": title})
    file.write_text(json.dumps(document))
