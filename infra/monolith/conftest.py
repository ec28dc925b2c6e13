"""What holds for each of Django's tests."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """Each test begins in the default language: a request in another leaves it active in its thread."""
    translation.deactivate()
    yield
    translation.deactivate()
