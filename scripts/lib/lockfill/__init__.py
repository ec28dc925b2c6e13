"""What the commands in `scripts/` are made of. Standard library alone."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# Everything that the commands install or leave behind is in here; git ignores it.
LOCAL = ROOT / ".local"
LOGS = LOCAL / "logs"
