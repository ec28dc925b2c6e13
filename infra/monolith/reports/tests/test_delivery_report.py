"""The report of deliveries, from facts to what the page and its files say."""

import csv
import io
import json
from datetime import datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adops.tests.admin_case import AdminCase
from adops.tests.rows import (
    make_campaign,
    make_content,
    make_creative,
    make_currency,
    make_line_item,
    make_unit,
)
from adops.tests.test_spending import WON, store_facts
from delivery.hours import hour_of
from delivery.tests.roll_ups import HOUR, fact

PAGE = "/admin/reports/deliveryreport/"
DAYS = {"first": "2026-11-20", "last": "2026-11-25"}


class ReportCase(AdminCase):
    def show(self, **asked: Any):
        return self.client.get(PAGE, {**DAYS, **asked})

    def csv(self, table: str = "delivery", **asked: Any) -> list[dict[str, str]]:
        answer = self.client.get(f"{PAGE}{table}.csv", {**DAYS, **asked})
        self.assertEqual(answer.status_code, 200)
        text = answer.getvalue().decode("utf-8")
        self.assertTrue(text.startswith("\ufeff"))
        return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))

    def json(self, table: str = "delivery", **asked: Any) -> dict[str, Any]:
        answer = self.client.get(f"{PAGE}{table}.json", {**DAYS, **asked})
        self.assertEqual(answer.status_code, 200)
        return json.loads(answer.getvalue())


def cells(page, table: str = "delivery") -> list[list[str]]:
    part = next(part for part in page.context["parts"] if part["name"] == table)
    return [[str(cell.text) for cell in row] for _at, row in part["rows"]]


def total(page, table: str = "delivery") -> list[str]:
    part = next(part for part in page.context["parts"] if part["name"] == table)
    return [str(cell.text) for cell in part["total"]]


class DeliveryReportTests(ReportCase):
    @classmethod
    def setUpTestData(cls):
        won = make_currency()
        make_currency("USD", 1_000_000)
        cls.campaign = make_campaign(
            public_id="c-1",
            budget_currency=won,
            budget_micros=1_000 * WON,
            spent_micros=300 * WON,
            starts_at=datetime(2026, 11, 1, tzinfo=timezone.utc),
        )
        cls.line_item = make_line_item(
            public_id="li-1", campaign=cls.campaign, goal_count=1_000, goal_kind="clicks", with_creative=False
        )
        make_creative(public_id="cr-1", line_item=cls.line_item)
        cls.unit = make_unit(public_id="u-1", name="Morning")
        cls.content = make_content(public_id="ct-1")
        content = {
            "item_kind": "content",
            "item": "ct-1",
            "creative": None,
            "campaign": None,
            "advertiser": None,
        }
        content |= {"pricing": None, "currency": None, "price_micros": 0}
        store_facts(
            fact(count=60_000, price_micros=300_000 * WON),
            fact(kind="click", count=300),
            fact(count=7, **{"class": "bot"}),
            fact(kind="click", count=5, **{"class": "bot"}),
            fact(kind="click", count=2, **{"class": "no_impression"}),
            # Of a campaign that is gone, in another currency, on a unit that is gone.
            fact(
                campaign="c-9", item="li-9", unit="u-9", currency="USD", count=1_000, price_micros=2_500_000
            ),
            fact(count=40, **content),
        )

    def test_a_table_has_what_counts_what_does_not_spend_budget_and_pace(self):
        page = self.show(group="campaign")
        self.assertEqual(page.status_code, 200)
        spring, gone = cells(page)
        self.assertEqual(
            spring[:9],
            ["Spring", "c-1", "60,000", "7", "300", "7", "0.50 %", "₩300", ""],
        )
        self.assertEqual(spring[9], "₩700")
        self.assertEqual(gone[:9], ["c-9", "c-9", "1,000", "0", "0", "0", "0.00 %", "", "$0.0025"])
        self.assertEqual(total(page)[2:9], ["61,000", "7", "300", "7", "0.49 %", "₩300", "$0.0025"])

    def test_groups_of_each_kind_add_up_to_the_same(self):
        for group in ("advertiser", "campaign", "line_item", "creative"):
            with self.subTest(group):
                found = self.json(group=group)["total"]
                self.assertEqual((found["impressions"], found["invalid_clicks"]), (61_000, 7))
        for group in ("unit", "day", "hour"):
            with self.subTest(group):
                found = self.json(group=group, last="2026-11-24", first="2026-11-22")["total"]
                self.assertEqual((found["impressions"], found["clicks"]), (61_040, 300))
        self.assertEqual(self.json(group="content")["total"]["impressions"], 40)

    def test_filters_narrow_every_table_of_the_page(self):
        for asked, impressions in (
            ({"campaign": self.campaign.pk}, "60,000"),
            ({"line_item": self.line_item.pk}, "60,000"),
            ({"advertiser": self.campaign.advertiser.pk}, None),
            ({"unit": self.unit.pk}, "60,040"),
            ({"content": "ct-1", "group": "content"}, "40"),
        ):
            with self.subTest(asked):
                page = self.show(**{"group": "unit", **asked})
                self.assertEqual(page.status_code, 200)
                shown = total(page)[2] if impressions else None
                self.assertEqual(shown, impressions)

    def test_events_that_do_not_count_are_told_by_their_reason(self):
        page = self.show(group="campaign")
        self.assertEqual(
            cells(page, "reasons"),
            [["crawler or link scanner", "7", "5"], ["click without an impression", "0", "2"]],
        )
        self.assertEqual(total(page, "reasons"), ["", "7", "7"])

    def test_files_have_the_rows_of_the_table_with_unformatted_numbers(self):
        spring, gone = self.csv(group="campaign")
        self.assertEqual(
            spring,
            {
                "name": "Spring",
                "id": "c-1",
                "impressions": "60000",
                "invalid_impressions": "7",
                "clicks": "300",
                "invalid_clicks": "7",
                "ctr_percent": "0.5",
                "spend_KRW": "300",
                "spend_USD": "",
                "budget_left_KRW": "700",
                "pace_percent": "",
            },
        )
        self.assertEqual((gone["spend_USD"], gone["spend_KRW"]), ("0.0025", ""))
        document = self.json(group="campaign", campaign=self.campaign.pk)
        self.assertEqual(document["filters"], {"campaign": "c-1"})
        self.assertEqual((document["time_zone"], document["first"]), ("UTC", "2026-11-20"))
        self.assertEqual(document["rows"][0]["spend_KRW"], "300")

    def test_a_name_that_is_a_formula_is_a_text_in_a_spreadsheet(self):
        for name in ('=HYPERLINK("https://evil.example")', "+1", "-1", "@SUM(A1)", "\t=1"):
            self.campaign.name = name
            self.campaign.save()
            self.assertEqual(self.csv(group="campaign")[0]["name"], f"'{name}")
            self.assertEqual(self.json(group="campaign")["rows"][0]["name"], name)

    def test_rows_are_sorted_by_any_number_and_pages_have_a_hundred(self):
        store_facts(*(fact(item=f"li-n{number}", count=number + 1, hour=HOUR + 1) for number in range(120)))
        page = self.show(group="line_item", sort="impressions")
        first = cells(page)
        self.assertEqual((len(first), first[0][1], first[1][1]), (100, "li-n0", "li-n1"))
        second = cells(self.show(group="line_item", sort="impressions", page="2"))
        self.assertEqual([row[1] for row in second][-1], "li-1")
        self.assertEqual(len(second), 22)
        self.assertEqual(len(self.csv(group="line_item")), 122)
        for sort in ("-spend_KRW", "clicks", "-ctr_percent", "id", "-invalid_clicks", "nonsense"):
            self.assertEqual(self.show(group="line_item", sort=sort, page="x").status_code, 200)

    def test_what_cannot_be_asked_for_is_refused_in_words(self):
        for asked, problem in (
            ({"first": "yesterday"}, "Enter a valid date"),
            ({"first": "2026-11-26"}, "The last day is before the first."),
            ({"first": "2024-11-20"}, "Choose at most 366 days."),
            ({"first": "2026-11-01", "group": "hour"}, "By the hour, choose at most 8 days."),
            ({"first": "0001-01-01"}, "Choose days from 2000 to 2099."),
            ({"group": "phase of the moon"}, "Select a valid choice"),
            ({"campaign": "x"}, "Select a valid choice"),
            ({"campaign": "9" * 30}, "Select a valid choice"),
            ({"unit": "-1"}, "Select a valid choice"),
            ({"content": "ct-none"}, "There is no content with this id."),
        ):
            with self.subTest(asked):
                page = self.show(**asked)
                self.assertContains(page, problem, status_code=400)
                file = self.client.get(f"{PAGE}delivery.csv", {**DAYS, **asked})
                self.assertContains(file, problem, status_code=400)
        for name in ("nothing.csv", "delivery.xlsx", "reasons.html"):
            self.assertEqual(self.client.get(PAGE + name).status_code, 404)

    def test_a_page_takes_as_many_statements_with_many_rows_as_with_few(self):
        def statements() -> int:
            with CaptureQueriesContext(connection) as captured:
                self.assertEqual(self.show(group=group).status_code, 200)
            return len(captured)

        few = {}
        for group in ("advertiser", "campaign", "line_item", "creative", "unit", "content", "day"):
            few[group] = statements()
        for number in range(30):
            campaign = make_campaign(public_id=f"c-m{number}")
            make_line_item(public_id=f"li-m{number}", campaign=campaign, goal_count=5, goal_kind="clicks")
        store_facts(
            *(
                fact(
                    item=f"li-m{n}",
                    campaign=f"c-m{n}",
                    advertiser=f"a-m{n}",
                    creative=f"cr-m{n}",
                    unit=f"u-m{n}",
                    hour=HOUR + 1,
                )
                for n in range(30)
            ),
        )
        for group, count in few.items():
            with self.subTest(group):
                self.assertLessEqual(statements(), count)
                self.assertLess(count, 25)


@override_settings(ADMIN_TIME_ZONE=ZoneInfo("Asia/Seoul"))
class LocalTimeTests(ReportCase):
    def test_days_and_hours_are_those_of_the_campaigns_zone(self):
        midnight = hour_of(datetime(2026, 11, 1, 4, tzinfo=timezone.utc))
        campaign = make_campaign(public_id="c-1", timezone="America/New_York")
        store_facts(*(fact(hour=midnight + n, count=n + 1) for n in range(-1, 26)))
        asked = {"campaign": campaign.pk, "first": "2026-11-01", "last": "2026-11-01", "group": "hour"}
        rows = cells(self.show(**asked))
        self.assertEqual(len(rows), 25)
        self.assertEqual(
            [row[0] for row in rows[:4]],
            [
                "2026-11-01 00:00 -04:00",
                "2026-11-01 01:00 -04:00",
                "2026-11-01 01:00 -05:00",
                "2026-11-01 02:00 -05:00",
            ],
        )
        self.assertEqual([row[1] for row in rows], [str(n + 1) for n in range(25)])
        day = self.json(**{**asked, "group": "day"})
        self.assertEqual((len(day["rows"]), day["total"]["impressions"]), (1, sum(range(1, 26))))
        self.assertEqual(day["time_zone"], "America/New_York")

    def test_a_day_of_23_hours_has_23_rows_and_hours_half_an_hour_off_say_so(self):
        for zone, day, count, first in (
            ("America/New_York", "2026-03-08", 23, "2026-03-08 00:00 -05:00"),
            ("Asia/Kolkata", "2026-11-01", 24, "2026-11-01 00:30 +05:30"),
            ("Asia/Seoul", "2026-11-01", 24, "2026-11-01 00:00 +09:00"),
        ):
            with self.subTest(zone):
                campaign = make_campaign(timezone=zone)
                rows = cells(self.show(campaign=campaign.pk, first=day, last=day, group="hour"))
                self.assertEqual((len(rows), rows[0][0]), (count, first))

    def test_without_a_campaign_days_are_those_of_the_admin(self):
        seoul_midnight = hour_of(datetime(2026, 11, 20, 15, tzinfo=timezone.utc))
        store_facts(fact(hour=seoul_midnight - 1), fact(hour=seoul_midnight, count=2))
        rows = {row[0]: row[1] for row in cells(self.show(group="day"))}
        self.assertEqual((rows["2026-11-20"], rows["2026-11-21"]), ("1", "2"))


class PermissionTests(ReportCase):
    role = "editor"

    def setUp(self):
        super().setUp()
        self.content = make_content(public_id="ct-1", title="Rain")
        store_facts(
            fact(count=500),
            fact(
                count=9,
                item_kind="content",
                item="ct-1",
                creative=None,
                campaign=None,
                advertiser=None,
                pricing=None,
                currency=None,
                price_micros=0,
            ),
        )

    def test_an_editor_sees_contents_and_nothing_of_ads(self):
        page = self.show()
        self.assertEqual([row[:3] for row in cells(page)], [["Rain", "ct-1", "9"]])
        self.assertNotContains(page, "Spend")
        for group in ("unit", "day"):
            self.assertEqual(self.json(group=group)["total"]["impressions"], 9)
        self.assertContains(self.show(group="campaign"), "Select a valid choice", status_code=400)
        # A filter that an editor does not have is passed over.
        self.assertEqual(self.json(campaign="1", line_item="1")["total"]["impressions"], 9)

    def test_ad_operations_and_readers_see_all(self):
        for role in ("ad ops", "read-only"):
            with self.subTest(role):
                self.log_in(role)
                self.assertEqual(self.json(group="day")["total"]["impressions"], 509)
                self.assertContains(self.client.get(reverse("admin:index")), PAGE)

    def test_others_see_nothing(self):
        self.client.force_login(User.objects.create_user("stranger", is_staff=True))
        for path in (PAGE, f"{PAGE}delivery.csv", f"{PAGE}delivery.json"):
            self.assertEqual(self.client.get(path).status_code, 403)
        self.client.logout()
        self.assertEqual(self.client.get(PAGE).status_code, 302)

    def test_a_report_has_no_row_to_add_change_or_delete(self):
        self.log_in("")
        for path in ("add/", "1/change/", "1/delete/", "1/history/"):
            self.assertEqual(self.client.get(PAGE + path).status_code, 404)


class KoreanTests(ReportCase):
    def test_the_page_is_korean_where_the_reader_is(self):
        store_facts(fact(count=3), fact(kind="click", **{"class": "bot"}))
        page = self.client.get(PAGE, {**DAYS, "group": "campaign"}, headers={"accept-language": "ko"})
        for text in ("노출", "무효 클릭", "크롤러", "합계", "캠페인"):
            self.assertContains(page, text)
        # Names in files stay the same in any language.
        file = self.client.get(f"{PAGE}delivery.csv", DAYS, headers={"accept-language": "ko"})
        self.assertIn("invalid_clicks", file.getvalue().decode())
