"""Rust and Django have files of the same names, and dimensions in the same order."""

import re
from pathlib import Path
from unittest import TestCase

from allocation.tests.fixtures import REPOSITORY
from kernel.dimensions import DIMENSIONS

_ALLOCATION = REPOSITORY / "infra" / "monolith" / "allocation"
_KERNEL = REPOSITORY / "infra" / "monolith" / "kernel"
_SHARED = REPOSITORY / "functions" / "shared"

_COMPILED = "functions read a compiled catalog; Django decides on rows"
_INSPECTED = "questions that the function catalog answers; Django asks it"
# Files that one side alone has, by the crate and the path in it, and the reason.
_IN_RUST_ALONE = {
    "models/vocabulary/boolean": "a value of requests alone, which Django has in http/dto/values",
    "models/vocabulary/canonical": "how serde reads a catalog's texts; Django's forms have it",
    "models/vocabulary/choice": "listed words as enums; Django's are in form",
    "models/vocabulary/explain": "a value of requests alone, which Django has in http/dto/values",
    "models/vocabulary/shown": "a value of requests alone, which Django has in http/dto/values",
    "models/vocabulary/text_type": "the macro of types that hold a text",
    "catalog/blob/aligned": _COMPILED,
    "catalog/blob/differences": _COMPILED,
    "catalog/blob/error": _COMPILED,
    "catalog/blob/header": _COMPILED,
    "catalog/blob/reader": _COMPILED,
    "catalog/blob/writer": _COMPILED,
    "catalog/compile/collisions": _COMPILED,
    "catalog/compile/join": "all rows of a version, which Django has in compile/compile",
    "catalog/compile/records": _COMPILED,
    "catalog/compile/tables": _COMPILED,
    "catalog/index/bits": _COMPILED,
    "catalog/index/build": _COMPILED,
    "catalog/index/columns": _COMPILED,
    "catalog/index/contents": _COMPILED,
    "catalog/index/contents_order": _COMPILED,
    "catalog/index/contents_view": _COMPILED,
    "catalog/index/fields": _COMPILED,
    "catalog/index/filters": _COMPILED,
    "catalog/index/lists": _COMPILED,
    "catalog/index/postings": _COMPILED,
    "catalog/index/validate": _COMPILED,
    "catalog/index/view": _COMPILED,
    "catalog/targeting/point": "an attribute as the columns of the compiled catalog know it",
    "decision/index/contents/best": _COMPILED,
    "decision/index/contents/count": _COMPILED,
    "decision/index/contents/interests": _COMPILED,
    "decision/index/contents/place": _COMPILED,
    "decision/index/contents/plan": _COMPILED,
    "decision/index/contents/scores": _COMPILED,
    "decision/index/contents/search": _COMPILED,
    "decision/index/contents/seen": _COMPILED,
    "decision/index/count": _COMPILED,
    "decision/index/gates": _COMPILED,
    "decision/index/plan": _COMPILED,
    "decision/index/serve": _COMPILED,
    "decision/index/walk": _COMPILED,
    "decision/index/words": _COMPILED,
    "catalog/compile/write": _COMPILED,
    "catalog/stored/flags": _COMPILED,
    "catalog/stored/lists": _COMPILED,
    "catalog/stored/lookup": _COMPILED,
    "catalog/stored/records": _COMPILED,
    "catalog/stored/sections": _COMPILED,
    "catalog/stored/texts": _COMPILED,
    "catalog/stored/validate": _COMPILED,
    "catalog/targeting/conditions": _COMPILED,
    "catalog/targeting/key_values": "a shape, which Django has in the table of dimensions",
    "catalog/targeting/shape": "how conditions lie in a blob",
    "catalog/targeting/testing": "what the tests of shapes share",
    "catalog/test_util": "from rows to an opened catalog, for tests",
    "catalog/views/ad": _COMPILED,
    "catalog/views/content": _COMPILED,
    "catalog/views/lists": _COMPILED,
    "catalog/views/tombstone": _COMPILED,
    "decision/inspection/checks": _INSPECTED,
    "decision/inspection/one_item": _INSPECTED,
    "decision/inspection/standing": _INSPECTED,
    "decision/survey": "metrics of the functions, which Django does not have",
    "decision/observer": "the trait that a recorder implements; Python needs none",
}
_IN_DJANGO_ALONE = {
    "models/time/zones": "local time from tzdata, where Rust has jiff",
    "models/vocabulary/schedule": "days and windows, which Rust has as enums of rows",
    "models/vocabulary/user_age": "shared with editing; Rust has it in catalog/targeting",
    "catalog/compile/compile": "all rows of a version, which Rust has in compile/join and write",
    "catalog/links": "ids by their hashes, which Rust finds in the tables of a compiled catalog",
    "catalog/json_value": "readers of JSON values, where Rust has serde",
    "decision/place_index": "the index that Django decides over, beside the scan of both",
}
# Declarations of modules, without anything of their own.
_DECLARATIONS = ("lib", "mod", "__init__")


def _files(crate: str, folder: Path, suffix: str) -> set[str]:
    names = (path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob(f"*{suffix}"))
    return {f"{crate}/{name}" for name in names if Path(name).name not in _DECLARATIONS}


# Django has copies of files of the functions, so that it can be deployed without them.
_COPIES = {
    "dao/count.lua": "dao-redis/src/count.lua",
    "dao/lend.lua": "dao-redis/src/lend.lua",
    "services/bots.json": "services/src/bots.json",
}


class Twins(TestCase):
    def test_copies_are_equal(self) -> None:
        for copy, original in _COPIES.items():
            with self.subTest(copy):
                self.assertEqual((_ALLOCATION / copy).read_bytes(), (_SHARED / original).read_bytes())

    def test_rust_has_the_same_dimensions_in_the_same_order(self) -> None:
        source = (_SHARED / "decision/src/targeting/dimensions.rs").read_text("utf-8")
        table = source.partition("static TABLE")[2].partition("\n];")[0]
        names = re.findall(r'(?:row!\(|\bname: )"(\w+)"', table)
        self.assertEqual(names, [dimension.name for dimension in DIMENSIONS])

    def test_every_file_has_its_counterpart_in_the_other_language(self) -> None:
        for crate in ("models", "catalog", "decision"):
            rust = _files(crate, _SHARED / crate / "src", ".rs")
            django = _files(crate, _ALLOCATION / crate, ".py")
            if crate == "models":
                # The kernel has it, because editing and publishing read the same texts.
                django |= _files("models/vocabulary", _KERNEL / "vocabulary", ".py")
            self.assertGreater(len(django), 10, crate)
            with self.subTest(crate):
                in_rust = {name for name in _IN_RUST_ALONE if name.startswith(f"{crate}/")}
                in_django = {name for name in _IN_DJANGO_ALONE if name.startswith(f"{crate}/")}
                self.assertEqual(rust - django, in_rust)
                self.assertEqual(django - rust, in_django)
