import json

from members.models import Member
from members.tests.support import MemberTestCase, new_key
from points.tests.support import earn

POINTS = "/api/v1/app/points"
ENTRIES = "/api/v1/app/points/entries"
SPENDINGS = "/api/v1/app/points/spendings"


class PointsApiTests(MemberTestCase):
    def setUp(self):
        super().setUp()
        self.mine = self.phone("u1")
        self.member = Member.objects.get(user_id="u1")

    def spend(self, body: object, key: str = ""):
        return self.mine.send("post", SPENDINGS, body, idempotency_key=key or new_key())

    def test_a_new_member_has_no_points_and_no_entries(self):
        self.assertEqual(self.mine.get(POINTS).json(), {"balance": 0})
        self.assertEqual(self.mine.get(ENTRIES).json(), {"entries": [], "next_before": None})

    def test_spending_answers_with_the_entry_it_made(self):
        earn(self.member, 10)
        key = new_key()
        response = self.spend({"amount": 4, "reference": "coupon-77"}, key)

        self.assertEqual(response.status_code, 201)
        entry = dict(response.json())
        self.assertRegex(entry.pop("created_at"), r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
        self.assertEqual(
            entry,
            {
                "sequence": 2,
                "kind": "spending",
                "description": "Points spent",
                "amount": -4,
                "balance_after": 6,
                "reference": "coupon-77",
            },
        )
        again = self.spend({"reference": "coupon-77", "amount": 4}, key)
        self.assertEqual((again.status_code, again.json()), (200, response.json()))
        self.assertEqual(self.mine.get(POINTS).json(), {"balance": 6})

    def test_more_than_there_is_cannot_be_spent(self):
        earn(self.member, 10)
        response = self.spend({"amount": 11, "reference": "coupon"})
        self.assert_problem(response, 409, "insufficient-points")
        self.assertIn("The balance is 10", response.json()["detail"])

    def test_a_key_is_not_taken_for_something_else(self):
        earn(self.member, 10)
        key = new_key()
        self.spend({"amount": 1, "reference": "coupon"}, key)
        response = self.spend({"amount": 2, "reference": "coupon"}, key)
        self.assert_problem(response, 422, "idempotency-key-reused")

    def test_what_cannot_be_spent_is_refused(self):
        wrong: dict[str, list[object]] = {
            "amount": [0, -1, 1.5, "1", True, None, 10**9 + 1, 10**30],
            "reference": ["", "a b", "x" * 129, None, 1, "\x00", "\ud800"],
        }
        for name, values in wrong.items():
            for value in values:
                with self.subTest(name=name, value=value):
                    body = json.dumps({"amount": 1, "reference": "coupon", name: value})
                    self.assert_invalid_fields(self.spend(body), name)
        self.assert_invalid_fields(self.spend({}), "amount", "reference")
        response = self.mine.send("post", SPENDINGS, {"amount": 1, "reference": "coupon"})
        self.assert_invalid_fields(response, "Idempotency-Key")

    def test_a_statement_is_paged_from_the_newest_on(self):
        for amount in range(1, 6):
            earn(self.member, amount)
        first = self.mine.get(f"{ENTRIES}?limit=2").json()
        self.assertEqual([entry["amount"] for entry in first["entries"]], [5, 4])
        self.assertEqual(first["next_before"], 4)
        second = self.mine.get(f"{ENTRIES}?limit=100&before={first['next_before']}").json()
        self.assertEqual([entry["amount"] for entry in second["entries"]], [3, 2, 1])
        self.assertIsNone(second["next_before"])

    def test_entries_are_described_in_the_language_that_is_asked_for(self):
        earn(self.member, 1)
        for language, description in (
            ("ko-KR,ko;q=0.9", "잠금 해제 보상"),
            ("en", "Unlock reward"),
            ("fr", "Unlock reward"),
        ):
            response = self.mine.get(ENTRIES, accept_language=language)
            self.assertEqual(response.json()["entries"][0]["description"], description)
            self.assertIn("accept-language", response["vary"].lower())

    def test_a_page_that_is_none_is_refused(self):
        for query, name in (
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("limit=", "limit"),
            ("limit=1&limit=2", "limit"),
            ("limit=%2B5", "limit"),
            ("limit=1_0", "limit"),
            ("limit=٣", "limit"),
            ("before=0", "before"),
            ("before=-1", "before"),
            ("before=9223372036854775808", "before"),
            ("before=" + "9" * 5000, "before"),
            ("before=abc", "before"),
        ):
            with self.subTest(query=query[:40]):
                self.assert_invalid_fields(self.mine.get(f"{ENTRIES}?{query}"), name)
        self.assert_invalid_fields(self.mine.get(f"{ENTRIES}?limit=x&before=y"), "limit", "before")
        self.assertEqual(self.mine.get(f"{ENTRIES}?before={2**63 - 1}&x=1&x=2").status_code, 200)

    def test_one_member_sees_nothing_of_another(self):
        earn(self.member, 10)
        other = self.phone("u2")
        self.assertEqual(other.get(POINTS).json(), {"balance": 0})
        self.assertEqual(other.get(ENTRIES).json()["entries"], [])

    def test_without_a_token_there_is_nothing_to_see(self):
        self.assert_unauthorized(self.client.get(POINTS))
        self.assert_unauthorized(self.client.get(ENTRIES))
        self.assert_unauthorized(self.send("post", SPENDINGS, {}))
