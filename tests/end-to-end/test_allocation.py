"""What a device gets when it asks through the balancer."""

from itertools import pairwise
from typing import Any

import pytest

from device import LOCKSCREEN, Device, decided, ids
from lockfill import web
from waiting import within_one_minute


def test_a_lock_screen_is_an_ordered_mix_of_ads_and_contents_from_a_function(device: Device) -> None:
    answer = device.answer(country="KR")
    assert (answer.status, answer.served_by) == (200, "lambda")
    slots = answer.json["slots"]
    assert [slot["position"] for slot in slots] == list(range(1, 11))
    assert {slot["kind"] for slot in slots} == {"ad", "content"}
    pairs = [(before["kind"], after["kind"]) for before, after in pairwise(slots)]
    assert ("ad", "ad") not in pairs, "the unit wants a content between two ads"


def test_the_same_request_twice_in_a_minute_has_the_same_slots(device: Device) -> None:
    def attempt() -> None:
        first, second = device.ask(country="KR"), device.ask(country="KR")
        assert decided(first) == decided(second)
        assert first["request_id"] != second["request_id"]

    within_one_minute(attempt)


@pytest.mark.parametrize(
    "change", [{"country": "JP"}, {"birth_year": 1970}, {"now": "2026-11-23T08:00:00+09:00"}], ids=str
)
def test_another_country_age_or_hour_gives_other_slots(device: Device, change: dict[str, Any]) -> None:
    evening: dict[str, Any] = {"country": "KR", "birth_year": 2001, "now": "2026-11-23T19:30:00+09:00"}

    def attempt() -> None:
        assert ids(device.ask(**{**evening, **change})) != ids(device.ask(**evening))

    within_one_minute(attempt)


def test_a_posted_body_means_what_the_query_means(device: Device) -> None:
    def attempt() -> None:
        got = device.ask(country="KR", interests="sports,news", count=7)
        body = {"unit_id": "1001", "user_id": device.user, "country": "KR", "count": 7}
        posted = web.post_json(device.stack.url + LOCKSCREEN, {**body, "interests": ["sports", "news"]})
        assert decided(posted.json) == decided(got)

    within_one_minute(attempt)


def test_repeated_parameters_arrive_repeated(device: Device) -> None:
    def attempt() -> None:
        both = device.ask("contents", interests=["sports", "news"])
        assert decided(both) == decided(device.ask("contents", interests="sports,news"))
        assert device.answer(country=["KR", "JP"], strict=1).status == 400
        assert decided(device.ask(country=["KR", "JP"])) == decided(device.ask(country="JP"))

    within_one_minute(attempt)


def test_a_unit_of_contents_shows_no_ad(device: Device) -> None:
    assert {slot["kind"] for slot in device.ask(unit_id="1003")["slots"]} == {"content"}


def test_each_api_answers_its_own_kind(device: Device) -> None:
    assert {slot["kind"] for slot in device.ask("ads", country="KR")["slots"]} == {"ad"}
    assert {slot["kind"] for slot in device.ask("contents")["slots"]} == {"content"}


def test_names_in_any_script_arrive_whole(device: Device) -> None:
    device.user = "사용자-🔒-%26"
    assert device.ask(country="KR", **{"kv.한글": "값 & 값"})["slots"]
