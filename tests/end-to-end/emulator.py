"""AWS's runtime interface emulator in tests."""

import pytest

from lockfill.emulator import IS_SUPPORTED, emulated

__all__ = ["emulated", "needs_emulator"]

needs_emulator = pytest.mark.skipif(
    not IS_SUPPORTED, reason="SKIPPED: AWS's emulator is for Linux on x86-64 and ARM"
)
