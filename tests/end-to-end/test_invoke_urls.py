"""The local balancer in front of functions that another tool runs: AWS's runtime interface emulator.

The function is the one of the balancer's own example, a bookshop, so that nothing of this project but the
balancer is in it.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from emulator import emulated, needs_emulator
from lockfill import ROOT, web
from lockfill.processes import clean_environment, start

pytestmark = needs_emulator
EXAMPLE = ROOT / "infra" / "local-alb" / "examples" / "bookshop"


@pytest.fixture
def url(programs: Path, tmp_path: Path) -> Iterator[str]:
    """Where a balancer listens whose function runs under the emulator."""
    variables = {"SHELF": "emulated", "AWS_LAMBDA_FUNCTION_TIMEOUT": "5"}
    with emulated(EXAMPLE / "books" / "bootstrap", variables, tmp_path / "emulator.log") as function:
        command: list[str | Path] = [programs / "local-alb", "serve", f"--function=BookFunction={function}"]
        command += ["--listen=127.0.0.1:0", f"--template={EXAMPLE / 'template.yaml'}"]
        balancer = start("local-alb", command, tmp_path / "local-alb.log", clean_environment())
        try:
            yield balancer.wait_for_line("local-alb: listening on ")
        finally:
            balancer.stop()


@pytest.fixture
def get(url: str) -> Callable[[str], web.Answer]:
    return lambda path: web.get(f"{url}{path}")


def test_a_request_is_answered_by_the_function_of_the_emulator(get: Callable[[str], web.Answer]) -> None:
    assert get("/books").json["shelf"] == "emulated"
    answer = get("/books/1")
    assert (answer.status, answer.json) == (200, {"title": "The Castle"})
    assert get("/books/9").status == 404
    assert get("/elsewhere").status == 503, "no server was given for it"


def test_a_request_with_a_body_that_is_not_text_arrives(url: str) -> None:
    answer = web.request("POST", f"{url}/books/2", body="\0\1")
    assert (answer.status, answer.json) == (200, {"title": "The Waves"})


def test_requests_at_the_same_time_are_each_answered_or_refused_and_the_balancer_goes_on(
    get: Callable[[str], web.Answer],
) -> None:
    # The emulator runs one function at a time, and does not say what it makes of a second request.
    with ThreadPoolExecutor(4) as threads:
        statuses = list(threads.map(lambda _: get("/books/1").status, range(4)))
    assert len(statuses) == 4
    assert set(statuses) <= {200, 502}
    assert get("/elsewhere").status == 503
