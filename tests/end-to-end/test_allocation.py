"""What a phone gets when it asks through the balancer."""

from itertools import pairwise

from lockfill import web
from support import LOCKSCREEN, EndToEnd, decided, ids, within_one_minute


class Allocation(EndToEnd):
    def test_a_lock_screen_is_an_ordered_mix_of_ads_and_contents_from_a_function(self) -> None:
        answer = self.answer(country="KR")
        self.assertEqual((answer.status, answer.served_by), (200, "lambda"))
        slots = answer.json["slots"]
        self.assertEqual([slot["position"] for slot in slots], list(range(1, 11)))
        self.assertEqual({slot["kind"] for slot in slots}, {"ad", "content"})
        pairs = [(before["kind"], after["kind"]) for before, after in pairwise(slots)]
        self.assertNotIn(("ad", "ad"), pairs, "the unit wants a content between two ads")

    def test_the_same_request_twice_in_a_minute_has_the_same_slots(self) -> None:
        def attempt() -> None:
            first, second = self.ask(country="KR"), self.ask(country="KR")
            self.assertEqual(decided(first), decided(second))
            self.assertNotEqual(first["request_id"], second["request_id"])

        within_one_minute(attempt)

    def test_another_country_age_or_hour_gives_other_slots(self) -> None:
        def attempt() -> None:
            evening = {"country": "KR", "birth_year": 2001, "now": "2026-11-23T19:30:00+09:00"}
            base = ids(self.ask(**evening))
            for change in (
                {"country": "JP"},
                {"birth_year": 1970},
                {"now": "2026-11-23T08:00:00+09:00"},
            ):
                self.assertNotEqual(ids(self.ask(**{**evening, **change})), base, change)

        within_one_minute(attempt)

    def test_a_posted_body_means_what_the_query_means(self) -> None:
        def attempt() -> None:
            got = self.ask(country="KR", interests="sports,news", count=7)
            body = {"unit_id": "1001", "user_id": self.user, "country": "KR", "count": 7}
            posted = web.post_json(self.stack.url + LOCKSCREEN, {**body, "interests": ["sports", "news"]})
            self.assertEqual(decided(posted.json), decided(got))

        within_one_minute(attempt)

    def test_repeated_parameters_arrive_repeated(self) -> None:
        def attempt() -> None:
            both = self.ask("contents", interests=["sports", "news"])
            self.assertEqual(decided(both), decided(self.ask("contents", interests="sports,news")))
            twice = self.answer(country=["KR", "JP"])
            self.assertEqual(twice.status, 400)

        within_one_minute(attempt)

    def test_a_unit_of_contents_shows_no_ad(self) -> None:
        slots = self.ask(unit_id="1003")["slots"]
        self.assertEqual({slot["kind"] for slot in slots}, {"content"})

    def test_each_api_answers_its_own_kind(self) -> None:
        self.assertEqual({slot["kind"] for slot in self.ask("ads", country="KR")["slots"]}, {"ad"})
        self.assertEqual({slot["kind"] for slot in self.ask("contents")["slots"]}, {"content"})

    def test_names_in_any_script_arrive_whole(self) -> None:
        self.user = "사용자-🔒-%26"
        self.assertTrue(self.ask(country="KR", **{"kv.한글": "값 & 값"})["slots"])


class BadRequests(EndToEnd):
    def problem(self, answer: web.Answer, status: int) -> dict:
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.headers["content-type"], "application/problem+json")
        self.assertEqual(answer.json["status"], status)
        return answer.json

    def test_all_invalid_fields_are_named_at_once(self) -> None:
        problem = self.problem(self.answer(country="Korea", count=0, timezone="Mars"), 400)
        self.assertEqual([error["field"] for error in problem["errors"]], ["country", "timezone", "count"])

    def test_an_unknown_unit_is_404(self) -> None:
        self.problem(self.answer(unit_id="nobody"), 404)

    def test_what_if_without_the_token_is_401(self) -> None:
        query = f"{LOCKSCREEN}?unit_id=1001&user_id=u&now=2026-11-23T00:00:00Z"
        self.problem(self.get(query), 401)
        self.problem(self.get(query, authorization="Bearer wrong"), 401)

    def test_another_method_is_405_and_says_which_are_allowed(self) -> None:
        answer = web.request("DELETE", f"{self.stack.url}{LOCKSCREEN}?unit_id=1001&user_id=u")
        self.problem(answer, 405)
        self.assertEqual(answer.headers["allow"], "GET, POST")

    def test_a_broken_body_is_400_and_a_huge_one_413_from_the_balancer(self) -> None:
        url, headers = self.stack.url + LOCKSCREEN, {"content-type": "application/json"}
        self.problem(web.request("POST", url, headers, "{"), 400)
        self.problem(web.request("POST", url, headers, b"\xff\xfe"), 400)
        huge = web.request("POST", url, headers, b" " * 1_100_000)
        self.assertEqual((huge.status, huge.headers["server"]), (413, "awselb/2.0"))
