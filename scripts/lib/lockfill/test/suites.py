"""The steps that use the whole stack, from outside: over HTTP, in a browser, as the OpenAPI documents say."""

from .. import install
from ..build import build
from .commands import pytest
from .outcome import Outcome


def end_to_end() -> Outcome:
    build()
    return pytest(install.environment("test"), "tests/end-to-end", "end-to-end")


def api() -> Outcome:
    build()
    return pytest(install.environment("test"), "tests/api", "api")


def browser() -> Outcome:
    build()
    return pytest(install.environment("browser"), "tests/browser", "browser")
