"""The implementation of the commands in `scripts/`, with the standard library alone."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# The folder of everything that the commands install or write. git ignores it.
LOCAL = ROOT / ".local"
LOGS = LOCAL / "logs"
