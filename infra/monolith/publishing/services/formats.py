"""Two formats of compiled catalogs, for the time of a deployment.

Functions load the format of their release alone. Before requests go to a release with a new format,
its compiler is added: the served version is compiled in the new format, and each publication from
then on in both, so that neither the deployment nor its rollback finds nothing to serve. Once the
deployment is final, one format is written again. `infra/decisions/0029` has the reasons.
"""

import time
from typing import NamedTuple

from kernel.published.items import PublishRecord
from publishing.compiler import Compiled
from publishing.dynamodb.store import CatalogStore
from publishing.services.execution import Publisher

# A publisher waits this long for its compiler, and a claim that is older is of one that has died.
CLAIM_SECONDS_MAX = 90.0
_SECONDS_BETWEEN_LOOKS = 0.25


class FormatRefused(Exception):
    """Nothing was changed, or not all. The message is one line for the operator."""


class Format(NamedTuple):
    """A format of blobs, and who writes it."""

    number: int
    # Which function each publication is compiled by, beside the one that the settings name.
    compiler: str
    # Whether the served version can be loaded in this format.
    is_served: bool


def formats(store: CatalogStore) -> list[Format]:
    """All formats that were written and not dropped."""
    last, compilers = store.last_published(), store.formats.compilers()
    numbers = sorted({*store.formats.written(), *compilers})
    return [
        Format(each, compilers.get(each, ""), last is not None and store.has_blob(each, last))
        for each in numbers
    ]


def add(
    publisher: Publisher, function: str, claim_seconds_max: float = CLAIM_SECONDS_MAX
) -> tuple[int, tuple[int, ...]]:
    """Has the served version, and each later one, compiled by this function, too; the version and the
    formats. Raises FormatRefused, StoreError, CompilerFailed or UnservableCatalog.
    """
    store = publisher.store
    record = _served(store)
    compiled = _compile(publisher, function, record)
    for number in compiled.formats:
        store.formats.name_compiler(number, function)
    # A publisher reads the compilers after it has claimed its version. One that had claimed before
    # does not know of this one, and what it publishes is compiled here.
    _wait_for_publisher(store, claim_seconds_max)
    last = _served(store)
    if last != record:
        compiled = _compile(publisher, function, last)
    return last.version, compiled.formats


def finish(publisher: Publisher) -> tuple[int, ...]:
    """Has publications compiled by the function of the settings alone; its formats.

    What was compiled in other formats stays until its versions are deleted, or `drop`.
    """
    formats = publisher.store.formats
    compiled = _compile(publisher, "", _served(publisher.store))
    formats.forget_compilers(list(formats.compilers()))
    return compiled.formats


def drop(publisher: Publisher, number: int) -> int:
    """Deletes what was compiled in a format that is not written any more; how many blobs."""
    store = publisher.store
    if number in store.formats.compilers():
        raise FormatRefused(f"format {number} is still written: finish the deployment first")
    if number not in store.formats.written():
        raise FormatRefused(f"nothing is written in format {number}")
    if number in _compile(publisher, "", _served(store)).formats:
        raise FormatRefused(f"format {number} is the one that is written")
    return store.drop_format(number)


def _served(store: CatalogStore) -> PublishRecord:
    record = store.last_published()
    if record is None:
        raise FormatRefused("nothing is published yet: publish first")
    return record


def _compile(publisher: Publisher, function: str, record: PublishRecord) -> Compiled:
    compiler = publisher.compiler.named(function) if function else publisher.compiler
    return compiler.compile(record.version, record.digest, lambda: None)


def _wait_for_publisher(store: CatalogStore, seconds_max: float) -> None:
    """Waits until no publisher is at work on the next version."""
    deadline = time.monotonic() + seconds_max
    while store.is_claimed(version := _served(store).version + 1):
        if time.monotonic() > deadline:
            text = f"a publisher has begun version {version} and does not publish it: publish, and try again"
            raise FormatRefused(text)
        time.sleep(_SECONDS_BETWEEN_LOOKS)
