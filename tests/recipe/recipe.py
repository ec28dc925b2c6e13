"""The recipe of functions/shared/decision/README.md for a new targeting dimension, as a program.

A dimension whose shape exists already is a copy of the lines of such a dimension, under another name.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from lockfill import ROOT

# The dimension that is copied, and the name of the copy.
EXAMPLE = "carrier"
NEW = "launcher"
# The texts of the admin in Korean. Their compiled form lies beside them.
TRANSLATIONS = "infra/monolith/adops/locale/ko/LC_MESSAGES/django.po"
# Every file with lines of its own for a dimension, besides fixtures.
FILES = (
    "functions/shared/catalog/src/targeting/targeting.rs",
    "functions/shared/decision/src/targeting/dimensions.rs",
    "functions/shared/http/src/dto/definitions.rs",
    "functions/shared/models/src/query.rs",
    TRANSLATIONS,
    "infra/monolith/allocation/models/query.py",
    "infra/monolith/kernel/dimensions.py",
    "scripts/lib/lockfill/parity/dimensions.py",
)
# What is data for both languages, and the contract's table of rules. The OpenAPI documents are generated.
FIXTURES = (
    "tests/fixtures/CONTRACT.md",
    "tests/fixtures/schemas/allocation-request.schema.json",
    "tests/fixtures/schemas/allocation-response.schema.json",
    "tests/fixtures/schemas/catalog.schema.json",
)
DECISION = "tests/fixtures/decisions/{name}_allow_admits_only_listed.json"

_SOURCES = ("functions", "infra", "scripts", "tests")
# Data, documents, what only measures, and this recipe itself.
_NOT_COUNTED = (
    "tests/fixtures",
    "tests/recipe",
    "tests/bench-engine",
    "infra/demo",
    "infra/monolith/kernel/catalog.schema.json",
    # It is generated from the forms.
    "infra/monolith/docs/management.openapi.json",
)
_NOT_SOURCES = {"target", "corpus", "artifacts", "node_modules", "__pycache__"}
_COMPILED_OR_PROSE = {".md", ".mo", ".png"}


def files_that_name(word: str) -> list[str]:
    """The sources besides fixtures, documents and demonstration data that have a word, in any case."""
    return sorted(
        name
        for name in map(str, _sources())
        if not name.startswith(_NOT_COUNTED) and word in (ROOT / name).read_text(errors="replace").lower()
    )


def copy_sources(folder: Path) -> None:
    """Copies the repository without what was built or installed in it."""
    ignored = shutil.ignore_patterns(*_NOT_SOURCES, ".git", ".local", ".aws-sam", "*.pyc")
    shutil.copytree(ROOT, folder, symlinks=True, ignore=ignored)


def follow(folder: Path) -> None:
    """Adds the new dimension to a copy of the repository."""
    for name in (*FILES, *FIXTURES):
        file = folder / name
        text = file.read_text()
        file.write_text("".join(_with_copies(text.splitlines(keepends=True), file.suffix)))
        assert NEW in file.read_text().lower(), f"{name} has no line of {EXAMPLE} to copy"
    decision = (folder / DECISION.format(name=EXAMPLE)).read_text()
    (folder / DECISION.format(name=NEW)).write_text(_renamed(decision))


def _sources() -> Iterator[Path]:
    for top in _SOURCES:
        for path, folders, files in os.walk(ROOT / top):
            folders[:] = sorted(set(folders) - _NOT_SOURCES)
            found = (Path(path, file) for file in files)
            yield from (file.relative_to(ROOT) for file in found if file.suffix not in _COMPILED_OR_PROSE)


def _with_copies(lines: list[str], suffix: str) -> Iterator[str]:
    """The lines, with a renamed copy below each block that names the example."""
    at = 0
    while at < len(lines):
        end = at
        if EXAMPLE in lines[at].lower():
            end = _end_of_block(lines, at, suffix)
        if end == at:
            yield lines[at]
            at += 1
            continue
        block = lines[at:end]
        yield from block
        if suffix == ".po":
            yield "\n"
        yield from map(_renamed, block)
        at = end


def _end_of_block(lines: list[str], start: int, suffix: str) -> int:
    """The index behind the block that begins at `start`."""
    end = start + 1
    if suffix == ".json" and lines[start].rstrip().endswith("{"):
        # To the bracket that closes it, at the same depth.
        depth = lines[start][: -len(lines[start].lstrip())]
        while not lines[end].startswith(f"{depth}}}"):
            end += 1
        return end + 1
    if suffix == ".po":
        while end < len(lines) and lines[end].strip():
            end += 1
        return end
    # A comment and the line that it is about.
    while end < len(lines) and EXAMPLE in lines[end].lower():
        end += 1
    return end


def _renamed(text: str) -> str:
    return text.replace(EXAMPLE, NEW).replace(EXAMPLE.capitalize(), NEW.capitalize())
