"""A published version that cannot be served costs no answer, in environments that serve and in new ones."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import faulty_versions
import metrics
from device import DEGRADED, stores
from faulty_versions import FAULTS, Fault
from lockfill import web
from lockfill.build import FUNCTIONS
from lockfill.ports import free_port
from plain_functions import serve
from serving_stack import ServingStack, end_environments, serving_stack
from waiting import eventually

pytestmark = pytest.mark.alone

REQUESTS = 20
ALLOCATIONS = ("ads", "contents", "lockscreen")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServingStack]:
    with serving_stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


def ask(stack: ServingStack, kind: str) -> web.Answer:
    query = "unit_id=1001&user_id=fault&country=KR&limit_ad_tracking=1"
    return web.get(f"{stack.url}/api/v1/allocation/{kind}?{query}")


def compiled(url: str, version: int, digest: str) -> web.Answer:
    """What the function `catalog` says of a version."""
    call = {"operation": "compile", "version": version, "digest": digest}
    return web.post_json(f"{url}/2015-03-31/functions/CatalogFunction/invocations", call)


def is_refused(verdict: web.Answer) -> bool:
    return "refusals" in verdict.json or verdict.headers["x-amz-function-error"] is not None


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_no_answer_is_a_503_warm_or_cold_and_each_is_marked(stack: ServingStack, fault: Fault) -> None:
    good = faulty_versions.pointer(stack)
    version = int(good["version"]["N"])
    link = urlsplit(ask(stack, "ads").json["slots"][0]["tracking"]["impression_url"]).path
    # No fault is tried under the version of another one.
    faulty = version + 10 + FAULTS.index(fault)
    digest = faulty_versions.publish(stack, faulty, fault)
    assert is_refused(compiled(stack.invoke_url, faulty, digest)), "the version is servable"

    def is_marked(kind: str) -> bool:
        answer = ask(stack, kind)
        assert (answer.status, answer.json["catalog_version"]) == (200, version), answer.body
        return "catalog" in stores(answer.headers[DEGRADED])

    try:
        for environments in ("warm", "cold"):
            if environments == "cold":
                end_environments(stack, *FUNCTIONS)
            for kind in ALLOCATIONS:
                # A warm environment may have confirmed the version less than a second ago.
                eventually(f"{kind} is marked", lambda kind=kind: is_marked(kind), 3)
                assert [is_marked(kind) for _ in range(REQUESTS)] == [True] * REQUESTS, environments
                assert {slot["id"] for slot in ask(stack, kind).json["slots"]}
            assert [web.get(f"{stack.url}{link}").status for _ in range(REQUESTS)] == [200] * REQUESTS
    finally:
        faulty_versions.call(stack, "PutItem", {"Item": good})
    for kind in ALLOCATIONS:
        eventually(f"{kind} is unmarked", lambda kind=kind: not is_marked(kind), 3)


def test_what_the_compiler_refuses_and_what_it_cannot_do_is_counted(
    stack: ServingStack, tmp_path: Path
) -> None:
    good = faulty_versions.pointer(stack)
    version = int(good["version"]["N"]) + 50
    digest = faulty_versions.publish(stack, version, FAULTS[1])
    faulty_versions.call(stack, "PutItem", {"Item": good})
    address = f"127.0.0.1:{free_port()}"
    with serve(stack, "catalog", tmp_path, {"LOCKFILL_METRICS_ADDRESS": address}) as catalog:
        assert compiled(catalog.url, version, digest).json["refusals_in_all"] == 1
        assert compiled(catalog.url, version + 1, digest).json["errorType"] == "UnknownVersion"
        counted = metrics.read(address)
    names = ("Compilations", "RowsRefused", "CompilationFailed", "CompilationTime")
    assert [counted[name] for name in names] == [1, 1, 1, 2]
    log = (tmp_path / "catalog.log").read_text()
    assert log.count("rows are refused") == log.count("no verdict") == 1
