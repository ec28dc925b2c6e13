"""Why not, by programs, of the real function."""

from adops.models import LineItem, Unit
from inspection.tests.function import InspectionCase
from management.tests.api_case import ApiCalls, make_key, make_user

NOON = "at=2026-11-24T12:00:00Z"


class WhyNotByScriptTests(ApiCalls, InspectionCase):
    def test_each_rule_that_keeps_an_item_out_is_named(self):
        Unit.objects.update(ad_ratio_ppm=500_000)
        LineItem.objects.update(targeting={"genders": {"allow": ["F"]}})
        query = f"unit=u-1&rows=edited&allocation=ads&{NOON}"
        answer = self.get(f"/line-items/li-1/why-not?{query}&gender=M")
        self.assertEqual(answer.status_code, 200, answer.content)
        found = answer.json()
        self.assertFalse(found["is_shown"])
        line = next(one for one in found["failed"] if one["rule"] == "gender")
        self.assertEqual((line["wanted"], line["found"]), ("only women", "man"))
        shown = self.get(f"/line-items/li-1/why-not?{query}&gender=F").json()
        self.assertTrue(shown["is_shown"], shown)
        content = self.get(
            f"/contents/ct-1/why-not?unit=u-1&rows=edited&allocation=contents&language=ko&{NOON}"
        )
        self.assertTrue(content.json()["is_shown"], content.content)

    def test_what_cannot_be_meant_is_refused(self):
        for query, member in (
            ("", "unit"),
            ("unit=u-9", "unit"),
            ("unit=u-1&at=noon", "at"),
            ("unit=u-1&age=200", "age"),
            ("unit=u-1&gender=Z", "gender"),
            ("unit=u-1&mood=good", "mood"),
            ("unit=u-1&limit_ad_tracking=maybe", "limit_ad_tracking"),
            ("unit=u-1&rows=edited&lat=north&lon=1", "lat"),
        ):
            with self.subTest(query):
                answer = self.get(f"/line-items/li-1/why-not?{query}")
                self.assert_problem(answer, 400, "invalid-parameters", member)
        self.assert_problem(self.get("/line-items/li-9/why-not?unit=u-1"), 404, "not-found")

    def test_who_may_not_see_the_item_is_not_told(self):
        token = make_key(make_user("viewer", "view_content"))[1]
        answer = self.get("/line-items/li-1/why-not?unit=u-1", token=token)
        self.assert_problem(answer, 403, "forbidden")

    def test_a_function_that_does_not_answer_is_told_as_such(self):
        with self.settings(CATALOG_FUNCTION=""):
            answer = self.get("/line-items/li-1/why-not?unit=u-1&rows=edited")
        self.assert_problem(answer, 503, "service-unavailable")
