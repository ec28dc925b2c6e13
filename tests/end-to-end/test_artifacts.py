"""What is deployed: how large each function is, and that the compiler is in one of them alone."""

import os
from pathlib import Path

import pytest

from lockfill.build import FUNCTIONS

# Texts of the compiler, of its store, and of what it says of a blob.
COMPILER = (
    b"have one hash; one of the two needs another id",
    b"holds a line that is no row",
    b"bytes, and a function can load",
)
BYTES_MAX = 6_000_000


@pytest.fixture
def functions(request: pytest.FixtureRequest) -> Path:
    """The folder of the functions: of released ones if it is named."""
    released = os.environ.get("LOCKFILL_TEST_FUNCTIONS")
    return Path(released) if released else request.getfixturevalue("programs")


def test_the_compiler_is_in_the_function_catalog_alone(functions: Path) -> None:
    compiler = (functions / "catalog").read_bytes()
    assert all(text in compiler for text in COMPILER)
    for function in FUNCTIONS:
        program = (functions / function).read_bytes()
        assert b"lockfill_catalog" in program or b"its checksum is wrong" in program, "texts are found"
        assert not [text for text in COMPILER if text in program], function


@pytest.mark.long
def test_each_released_function_has_at_most_six_megabytes(functions: Path) -> None:
    sizes = {name: (functions / name).stat().st_size for name in (*FUNCTIONS, "catalog", "pacing")}
    print(sizes)
    assert max(sizes.values()) <= BYTES_MAX, sizes
