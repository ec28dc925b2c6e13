"""What a phone gets for its lock screen."""

import unittest
from datetime import datetime, timezone

from api import (
    ADS,
    CONTENTS,
    LOCKSCREEN,
    allocate,
    allocate_as_debugger,
    comparable,
    ids,
    new_user,
    parameters,
    slots,
    url,
    within_one_minute,
)
from lockfill import web

# A Wednesday on which nothing in the demonstration catalog begins or ends.
MORNING = "2027-06-02T08:00:00+09:00"
EVENING = "2027-06-02T20:00:00+09:00"


class LockScreenTests(unittest.TestCase):
    def test_a_lock_screen_is_an_ordered_mix_of_ads_and_contents(self):
        answer = allocate(LOCKSCREEN)

        self.assertEqual(answer.headers["content-type"], "application/json")
        self.assertEqual(answer.served_by, "lambda")
        self.assertIsNone(answer.headers["x-lockfill-degraded"])
        given = slots(answer)
        self.assertEqual([slot["position"] for slot in given], list(range(1, 11)))
        kinds = [slot["kind"] for slot in given]
        self.assertEqual(set(kinds), {"ad", "content"})
        # The unit wants a content between two ads.
        self.assertNotIn(("ad", "ad"), list(zip(kinds, kinds[1:])))
        self.assertIsNone(answer.json["no_fill_reason"])

    def test_ads_are_ads_and_contents_are_contents(self):
        for kind, expected in ((ADS, "ad"), (CONTENTS, "content")):
            with self.subTest(kind=kind):
                kinds = {slot["kind"] for slot in slots(allocate(kind))}
                self.assertEqual(kinds, {expected})

    def test_no_number_in_an_answer_has_a_fraction(self):
        text = allocate(LOCKSCREEN).body.decode()
        self.assertNotRegex(text, r"[:,\[]-?\d+[.eE]")

    def test_the_same_request_in_the_same_minute_gets_the_same_answer(self):
        wanted = parameters(interests=["books", "sports"])

        def ask_twice() -> list[web.Answer]:
            return [allocate(LOCKSCREEN, **wanted) for _ in range(2)]

        first, second = within_one_minute(ask_twice)
        self.assertEqual(comparable(first), comparable(second))
        self.assertNotEqual(first.json["request_id"], second.json["request_id"])

    def test_a_post_of_json_means_the_same_as_a_query(self):
        wanted = parameters(
            user_id=new_user(), interests=["books", "sports"], birth_year=1990, limit_ad_tracking="0"
        )
        document = {**wanted, "limit_ad_tracking": False, "kv": {"theme": "dark"}}

        def ask_both_ways() -> tuple[web.Answer, web.Answer]:
            path = url(LOCKSCREEN, {})
            return (
                allocate(LOCKSCREEN, **wanted, **{"kv.theme": "dark"}),
                web.post_json(path, document),
            )

        by_get, by_post = within_one_minute(ask_both_ways)
        self.assertEqual(comparable(by_get), comparable(by_post))


class TargetingTests(unittest.TestCase):
    def test_another_country_gets_other_slots(self):
        user = new_user()
        in_korea, in_japan = (
            ids(allocate(LOCKSCREEN, user_id=user, country=country)) for country in ("KR", "JP")
        )
        self.assertNotEqual(in_korea, in_japan)

    def test_another_age_gets_other_ads(self):
        this_year = datetime.now(timezone.utc).year
        young, old = (
            ids(allocate(ADS, birth_year=this_year - age, count=50)) for age in (25, 56)
        )
        self.assertIn("li-1010", young, "a first bank account")
        self.assertNotIn("li-1010", old)

    def test_another_hour_gets_other_ads(self):
        wanted = {"birth_year": 1985, "count": 50, "user_id": new_user()}
        morning, evening = (
            ids(allocate_as_debugger(ADS, now=now, **wanted)) for now in (MORNING, EVENING)
        )
        coffee, car = "li-1002", "li-1003"
        self.assertEqual((coffee in morning, coffee in evening), (True, False))
        self.assertEqual((car in morning, car in evening), (False, True))

    def test_what_a_debugger_gets_cannot_be_tracked(self):
        for slot in slots(allocate_as_debugger(LOCKSCREEN, now=MORNING)):
            self.assertNotIn("tracking", slot)

    def test_a_debugger_is_told_why_an_item_is_not_there(self):
        answer = allocate_as_debugger(ADS, explain="true", now=MORNING, count=50)
        reasons = {item["id"]: item["rule"] for item in answer.json["explain"]}
        self.assertIn("li-1003", reasons)
        self.assertFalse(set(reasons) & set(ids(answer)), "what is shown needs no reason")
