"""What holds for each of Django's tests."""

from collections.abc import Iterator

import pytest
from django.test import SimpleTestCase, TransactionTestCase
from django.utils import translation

_WITH_DATABASE = "--with-database"


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "only tests that use Django's database: what else is proved does not depend on its kind"
    parser.addoption(_WITH_DATABASE, action="store_true", help=text)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption(_WITH_DATABASE):
        left_out = [item for item in items if not _has_database(item)]
        items[:] = [item for item in items if _has_database(item)]
        config.hook.pytest_deselected(items=left_out)


def _has_database(item: pytest.Item) -> bool:
    """Whether a test may use the database, which Django and pytest-django refuse to others."""
    kind = getattr(item, "cls", None)
    if isinstance(kind, type) and issubclass(kind, SimpleTestCase):
        return issubclass(kind, TransactionTestCase) or bool(kind.databases)
    asks_for_it = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asks_for_it) or item.get_closest_marker("django_db") is not None


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """Each test begins in the default language: a request in another leaves it active in its thread."""
    translation.deactivate()
    yield
    translation.deactivate()
