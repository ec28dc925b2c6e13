"""Fixtures of the end-to-end tests."""

import uuid
from pathlib import Path

import pytest

from device import Device
from lockfill import build
from lockfill.stack import Stack
from private_texts import remember


@pytest.fixture(scope="session")
def programs() -> Path:
    """The folder of all Rust programs. One alone would be built with other features, and take a minute."""
    return build.build()


@pytest.fixture
def user() -> str:
    """A user that no other test has, and no log."""
    user = f"user-{uuid.uuid4()}"
    remember(user)
    return user


@pytest.fixture
def device(stack: Stack, user: str) -> Device:
    """A device in front of the test's stack."""
    return Device(stack, user)
