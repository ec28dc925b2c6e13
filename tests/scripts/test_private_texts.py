"""The search of logs finds what it is for."""

import secrets
from pathlib import Path

import pytest

from lockfill.stack import Stack
from private_texts import leaks, remember

GIVEN = secrets.token_urlsafe(32)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("GET /api/v1/events/click/dev1.eyJyIjoiMDE5YWIwYzQtMDAwMC03.c2ln", "a tracking token"),
        ('"GET /api/v1/allocation/ads?unit_id=1001 HTTP/1.1" 200', "a parameter of a query"),
        ("user-0b8a5f0e-54d2-4b6e-9d0f-6f9f0a6f7d11 was here", "the id of a user or device"),
        ("Authorization: Bearer abc", "a header with a credential"),
        (f"the phone sent {GIVEN}", "a secret of the run"),
    ],
)
def test_what_no_log_may_hold_is_found_and_not_repeated(tmp_path: Path, line: str, kind: str) -> None:
    remember(GIVEN)
    stack = Stack(tmp_path)
    stack.logs.mkdir()
    (stack.logs / "program.log").write_text(f"GET /api/v1/allocation/ads rule=AdsRule 200 3ms\n{line}\n")
    assert leaks(stack) == [f"{kind} in program.log:2"]
