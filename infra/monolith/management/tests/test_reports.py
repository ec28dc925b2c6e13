"""Reports by programs: the numbers of the admin's files."""

import json
from typing import Any

from adops.tests.rows import make_campaign, make_content, make_currency, make_line_item, make_unit
from adops.tests.test_spending import WON, store_facts
from delivery.tests.roll_ups import HOUR, fact
from management.tests.api_case import ApiCase, make_key, make_user

DAYS = "first=2026-11-20&last=2026-11-25"
FILE = "/admin/reports/deliveryreport/delivery.json"


class ReportsByScriptTests(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        make_currency("KRW")
        make_unit(public_id="u-1")
        self.campaigns = [make_campaign(public_id=f"c-{number}") for number in (1, 2)]
        for number, campaign in enumerate(self.campaigns, 1):
            make_line_item(public_id=f"li-{number}", campaign=campaign)
        make_content(public_id="ct-1")
        store_facts(
            fact(item="li-1", campaign="c-1", unit="u-1", hour=HOUR, count=1_000, price_micros=WON),
            fact(item="li-2", campaign="c-2", unit="u-1", hour=HOUR, count=10, price_micros=WON),
            fact(item="li-1", campaign="c-1", unit="u-1", hour=HOUR, count=7, kind="click"),
        )

    def report(self, query: str, **options: Any) -> dict[str, Any]:
        answer = self.get(f"/reports/delivery?{DAYS}&{query}", **options)
        self.assertEqual(answer.status_code, 200, answer.content)
        document: dict[str, Any] = answer.json()
        return document

    def test_the_rows_are_those_of_the_admins_file(self):
        self.client.force_login(self.user)
        for group in ("campaign", "line_item", "advertiser", "unit", "day", "content"):
            with self.subTest(group):
                file = self.client.get(f"{FILE}?{DAYS}&group={group}")
                expected = json.loads(b"".join(file.streaming_content))
                found = self.report(f"group={group}&limit=1000")
                self.assertEqual(found["rows"], expected["rows"])
                self.assertEqual(found["total"], expected["total"])
                self.assertEqual(found["time_zone"], expected["time_zone"])
        self.assertEqual(self.report("group=campaign")["rows"][0]["impressions"], 1_000)

    def test_rows_are_filtered_by_public_ids_sorted_and_paged(self):
        rows = self.report("group=line_item&campaign=c-2")["rows"]
        self.assertEqual([row["id"] for row in rows], ["li-2"])
        first = self.report("group=campaign&limit=1&sort=impressions")
        self.assertEqual([row["id"] for row in first["rows"]], ["c-2"])
        self.assertEqual((first["rows_in_all"], first["next_offset"]), (2, 1))
        second = self.report("group=campaign&limit=1&sort=impressions&offset=1")
        self.assertEqual([row["id"] for row in second["rows"]], ["c-1"])
        self.assertIsNone(second["next_offset"])
        self.assertEqual(first["total"], second["total"])

    def test_days_are_those_of_the_zone(self):
        for zone in ("Asia/Seoul", "America/New_York"):
            found = self.report(f"group=day&time_zone={zone}")
            self.assertEqual((found["time_zone"], len(found["rows"])), (zone, 6))

    def test_what_cannot_be_meant_is_refused_with_the_words_of_the_page(self):
        for path, member in (
            ("delivery?first=2026-11-20", "last"),
            ("delivery?first=2026-11-20&last=2026-11-19", ""),
            ("delivery?first=11/20/2026&last=2026-11-25", "first"),
            ("delivery?first=2020-01-01&last=2026-11-25", ""),
            (f"delivery?{DAYS}&group=moon", "group"),
            (f"delivery?{DAYS}&campaign=c-9", "campaign"),
            (f"delivery?{DAYS}&content=ct-9", "content"),
            (f"delivery?{DAYS}&time_zone=Mars/Base", "time_zone"),
            (f"delivery?{DAYS}&sort=luck", "sort"),
            (f"delivery?{DAYS}&limit=1001", "limit"),
            (f"delivery?{DAYS}&offset=-1", "offset"),
            (f"delivery?{DAYS}&unit=%00", "unit"),
            (f"delivery?{DAYS}&when=now", "when"),
            (f"requests?{DAYS}&unit=u-9", "unit"),
        ):
            with self.subTest(path):
                answer = self.get(f"/reports/{path}")
                self.assert_problem(answer, 400, "invalid-parameters", member)

    def test_requests_are_reported(self):
        answer = self.get(f"/reports/requests?{DAYS}&group=day")
        self.assertEqual(answer.status_code, 200, answer.content)
        self.assertEqual(len(answer.json()["rows"]), 6)

    def test_reports_want_their_scope_and_the_permissions_of_the_pages(self):
        reader = make_key(self.user, "read")[1]
        answer = self.get(f"/reports/delivery?{DAYS}", token=reader)
        self.assert_problem(answer, 403, "insufficient-scope")
        editor = make_key(make_user("editor", "view_deliveryreport", "view_content"))[1]
        found = self.report("group=content", token=editor)
        self.assertNotIn("spend_KRW", str(found))
        answer = self.get(f"/reports/delivery?{DAYS}&campaign=c-1", token=editor)
        self.assert_problem(answer, 400, "invalid-parameters", "campaign")
        stranger = make_key(make_user("stranger", "view_deliveryreport"))[1]
        self.assert_problem(self.get(f"/reports/delivery?{DAYS}", token=stranger), 403, "forbidden")
