"""Runs the end-to-end tests: `python3 tests/end-to-end [-v] [test_allocations ...]`."""

import sys
import unittest
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def main() -> None:
    sys.path.insert(0, str(FOLDER))
    # unittest discovers tests only if nothing is named, and then where it is told to.
    named = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    discover = [] if named else ["discover", "-s", str(FOLDER)]
    unittest.main(module=None, argv=["tests/end-to-end", *discover, *sys.argv[1:]])


if __name__ == "__main__":
    main()
