"""The report of requests: fill, and why requests were not filled."""

import json
from datetime import datetime, timezone

from adops.tests.admin_case import AdminCase
from adops.tests.rows import make_unit
from allocation.decision.rejection import EMPTY_CATALOG, RULES
from delivery.hours import hour_of
from delivery.models import RequestHour
from reports.labels import _RULES, CLASSES, reason_label
from reports.tests.test_delivery_report import cells, total

PAGE = "/admin/reports/requestreport/"
DAYS = {"first": "2026-11-24", "last": "2026-11-24"}
HOUR = hour_of(datetime(2026, 11, 24, 9, tzinfo=timezone.utc))


class RequestReportTests(AdminCase):
    role = "ad ops"

    @classmethod
    def setUpTestData(cls):
        cls.unit = make_unit(public_id="u-1", name="Morning")
        for hour, unit, kind, outcome, count in (
            (HOUR, "u-1", "ads", "filled", 900),
            (HOUR, "u-1", "ads", "no_fill:country", 90),
            (HOUR + 1, "u-1", "lockscreen", "no_fill:pacing", 10),
            (HOUR + 1, "u-2", "ads", "filled", 5),
            (HOUR + 24, "u-1", "ads", "filled", 7_777),
        ):
            RequestHour.objects.create(hour=hour, unit=unit, kind=kind, outcome=outcome, count=count)

    def show(self, **asked):
        return self.client.get(PAGE, {**DAYS, **asked})

    def test_requests_by_unit_have_fill_and_reasons(self):
        page = self.show()
        self.assertEqual(
            cells(page, "requests"),
            [
                ["Morning", "u-1", "1,000", "900", "90.00 %", "90", "10"],
                ["u-2", "u-2", "5", "5", "100.00 %", "0", "0"],
            ],
        )
        self.assertEqual(total(page, "requests")[2:], ["1,005", "905", "90.04 %", "90", "10"])
        for text in ("Not filled: Countries", "Not filled: pacing"):
            self.assertContains(page, text)

    def test_requests_by_hour_have_every_hour_and_a_unit_narrows_them(self):
        rows = cells(self.show(group="hour", unit=self.unit.pk), "requests")
        self.assertEqual(len(rows), 24)
        self.assertEqual(rows[9][:4], ["2026-11-24 09:00 +00:00", "990", "900", "90.90 %"])
        self.assertEqual(rows[10][1:4], ["10", "0", "0.00 %"])
        self.assertEqual(rows[11][1:4], ["0", "0", ""])
        days = cells(self.show(group="day", last="2026-11-25"), "requests")
        self.assertEqual([row[1] for row in days], ["1,005", "7,777"])
        kinds = cells(self.show(group="kind"), "requests")
        self.assertEqual([row[:2] for row in kinds], [["ads", "995"], ["lock screens", "10"]])

    def test_a_file_has_the_same(self):
        answer = self.client.get(f"{PAGE}requests.json", DAYS)
        self.assertEqual(
            json.loads(answer.getvalue()),
            {
                "first": "2026-11-24",
                "last": "2026-11-24",
                "time_zone": "UTC",
                "by": "unit",
                "filters": {},
                "table": "requests",
                "rows": [
                    {
                        **{"name": "Morning", "id": "u-1", "requests": 1_000, "filled": 900},
                        **{"fill_percent": "90", "no_fill_country": 90, "no_fill_pacing": 10},
                    },
                    {
                        **{"name": "u-2", "id": "u-2", "requests": 5, "filled": 5},
                        **{"fill_percent": "100", "no_fill_country": 0, "no_fill_pacing": 0},
                    },
                ],
                "total": {
                    **{"requests": 1_005, "filled": 905, "fill_percent": "90.0497"},
                    **{"no_fill_country": 90, "no_fill_pacing": 10},
                },
            },
        )

    def test_every_rule_and_every_class_has_a_name(self):
        for rule in (*RULES, EMPTY_CATALOG):
            self.assertNotEqual(reason_label(rule), "" if rule in _RULES else rule, rule)
        self.assertEqual(len(CLASSES), 8)

    def test_who_may_not_see_it_does_not(self):
        self.user.groups.clear()
        self.assertEqual(self.client.get(PAGE).status_code, 403)
        self.assertEqual(self.client.get(f"{PAGE}requests.csv").status_code, 403)
