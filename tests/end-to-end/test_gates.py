"""A gate that closes in the table stops both sides, and trouble with stores fails no allocation.

The tests have a stack of their own, because a table of gates is for all of it.
"""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest

from device import DEGRADED, debug_header
from lockfill import web
from lockfill.faults import frozen, without_dynamodb, without_redis
from lockfill.stack import Stack
from stacks import module_stack
from waiting import eventually

pytestmark = pytest.mark.alone

ADS = "/api/v1/allocation/ads"
GATES = "x-lockfill-gates"
ASKED = {"unit_id": "1001", "user_id": "gated", "country": "KR", "count": 20}
# So many answers in a row. Each of Django's processes has a table of its own, and one alone answers a client
# that asks one after the other.
IN_A_ROW = 4
DJANGO_TOGETHER = 4
# The product promises a second, and an answer after it. The machine is shared.
STOPPED_SECONDS = 2.5
# Versions that what makes gates each minute never reaches.
_versions = count(int(time.time()) // 60 + 1_000_000)

stack = module_stack()


@pytest.fixture(params=["functions", "django"])
def url(request: pytest.FixtureRequest, stack: Stack) -> str:
    return stack.url if request.param == "functions" else stack.django_url


def write(stack: Stack, **gates: Any) -> str:
    """Writes a table; its version."""
    version = next(_versions)
    file = stack.folder / "gates.json"
    file.write_text(json.dumps({"version": version, **gates}))
    stack.write_gates(file)
    return str(version)


def ask(url: str, **changes: Any) -> web.Answer:
    headers = debug_header() if "explain" in changes else {}
    answer = web.get(f"{url}{ADS}?{urlencode({**ASKED, **changes})}", **headers)
    assert answer.status == 200, answer.body
    return answer


def campaigns(answer: web.Answer) -> set[str]:
    return {slot["campaign_id"] for slot in answer.json["slots"]}


def several(url: str, **changes: Any) -> list[web.Answer]:
    """Answers of all processes of Django, or of the environment of a function."""
    answers = [ask(url, **changes)]
    together = DJANGO_TOGETHER if answers[0].served_by == "django" else 1
    with ThreadPoolExecutor(together) as pool:
        answers += pool.map(lambda _: ask(url, **changes), range(IN_A_ROW * together))
    return answers


def all_of(url: str, is_so: Callable[[web.Answer], bool]) -> bool:
    return all(is_so(answer) for answer in several(url))


def becomes(url: str, version: str, seconds: float = 5.0) -> None:
    def all_are() -> bool:
        return all_of(url, lambda answer: answer.headers[GATES] == version)

    eventually(f"answers are of gates {version}", all_are, seconds)


def no_campaign_is_spent(url: str) -> None:
    """Whether a campaign has a slot then is for the minute's draw."""

    def is_none() -> bool:
        rules = [{item["rule"] for item in answer.json["explain"]} for answer in several(url, explain=1)]
        return not any("budget" in each for each in rules)

    eventually("no line item is held back by a budget", is_none, 5.0)


def test_a_campaign_whose_budget_is_spent_stops_within_a_second_and_comes_back(
    stack: Stack, url: str
) -> None:
    becomes(url, write(stack))
    spent = ask(url).json["slots"][0]["campaign_id"]
    version = write(stack, spent_campaigns=[spent])

    def has_stopped() -> bool:
        return all_of(url, lambda answer: spent not in campaigns(answer))

    eventually("no answer has the campaign", has_stopped, STOPPED_SECONDS)
    becomes(url, version)
    explained = {item["id"]: item for item in ask(url, explain=1).json["explain"]}
    reasons = {(item["wanted"], item["found"]) for item in explained.values() if item["rule"] == "budget"}
    assert reasons == {("budget left", f"the budget of campaign {spent} is spent")}
    becomes(url, write(stack))
    no_campaign_is_spent(url)


def wait_for_the_next_minute_if_it_is_near() -> None:
    """Which line items have slots is drawn for each minute anew."""
    left = 60 - time.time() % 60
    if left < 10:
        time.sleep(left)


def test_an_open_gate_closes_by_itself_at_its_second(stack: Stack, url: str) -> None:
    becomes(url, write(stack))
    wait_for_the_next_minute_if_it_is_near()
    item = ask(url).json["slots"][0]["id"]
    closes_at = int(time.time()) + 4
    becomes(url, write(stack, line_items=[{"id": item, "closes_at": closes_at}]), 3.5)

    def shown(answer: web.Answer) -> bool:
        return item in {slot["id"] for slot in answer.json["slots"]}

    assert shown(ask(url)) or time.time() >= closes_at
    time.sleep(max(closes_at - time.time(), 0.0) + 0.01)
    assert all_of(url, lambda answer: not shown(answer))
    found = next(each for each in ask(url, explain=1).json["explain"] if each["id"] == item)
    assert found["rule"] == "pacing" and "because no newer table came" in found["found"]


def test_closed_gates_stay_closed_while_stores_are_in_trouble(stack: Stack, url: str) -> None:
    becomes(url, write(stack))
    spent = ask(url).json["slots"][0]["campaign_id"]
    version = write(stack, spent_campaigns=[spent])
    becomes(url, version)
    with without_redis(stack):
        assert spent not in campaigns(ask(url))
    with frozen(stack, "local-dynamodb"):
        eventually(
            "answers are marked", lambda: all_of(url, lambda it: "gates" in str(it.headers[DEGRADED])), 10
        )
        for answer in several(url):
            assert (answer.headers[GATES], spent in campaigns(answer)) == (version, False)
    eventually("unmarked again", lambda: all_of(url, lambda it: it.headers[DEGRADED] is None), 10)
    with without_dynamodb(stack):
        eventually(
            "answers are marked", lambda: all_of(url, lambda it: "gates" in str(it.headers[DEGRADED])), 10
        )
        assert spent not in campaigns(ask(url))
    # The table came back empty: what was closed stays closed until there is a newer one.
    answer = ask(url)
    assert (answer.headers[GATES], spent in campaigns(answer)) == (version, False)
    becomes(url, write(stack))
    no_campaign_is_spent(url)
