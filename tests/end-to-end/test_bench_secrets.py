"""`scripts/bench secrets` measures what it says."""

from pathlib import Path

from lockfill.bench import secrets_command

DELAY_MS = 20


def test_secrets_are_read_one_after_the_other(programs: Path, tmp_path: Path) -> None:
    found = secrets_command._start_ms(programs / "ads", DELAY_MS, tmp_path)
    assert found >= secrets_command.READS * DELAY_MS
