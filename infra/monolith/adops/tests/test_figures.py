"""What was delivered, in the lists of rows."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from adops.models import Advertiser, Campaign, Content, LineItem, Unit
from adops.tests.admin_case import AdminCase, url
from adops.tests.rows import make_campaign, make_content, make_currency, make_line_item, make_unit
from adops.tests.test_spending import WON, store_facts
from delivery.tests.roll_ups import fact

NOTHING = dict.fromkeys(("creative", "campaign", "advertiser", "pricing", "currency"))


class FigureTests(AdminCase):
    @classmethod
    def setUpTestData(cls):
        now = timezone.now()
        flight = {"starts_at": now - timedelta(days=5), "ends_at": now + timedelta(days=5)}
        cls.campaign = make_campaign(
            public_id="c-1",
            budget_currency=make_currency(),
            budget_micros=1_000 * WON,
            spent_micros=315 * WON,
            **flight,
        )
        cls.campaign.advertiser.public_id = "a-1"
        Advertiser.objects.update(public_id="a-1")
        make_line_item(
            public_id="li-1", campaign=cls.campaign, goal_count=1_000, delivery="even", goal_kind="clicks"
        )
        make_unit(public_id="u-1")
        make_content(public_id="ct-1")
        store_facts(
            fact(count=60_000, price_micros=300_000 * WON),
            fact(kind="click", count=600),
            fact(kind="click", count=4_321, **{"class": "bot"}),
            fact(item_kind="content", item="ct-1", count=77, price_micros=0, **NOTHING),
        )

    def cells(self, model, *names: str) -> list[str]:
        (row,) = self.client.get(url(model, "changelist")).context["cl"].result_list
        admin = self.client.get(url(model, "changelist")).context["cl"].model_admin
        return [str(getattr(admin, name)(row)) for name in names]

    def test_each_list_has_impressions_clicks_that_count_and_that_do_not_and_their_rate(self):
        for model, names, expected in (
            (
                Advertiser,
                ("all_impressions", "all_clicks", "all_invalid_clicks", "all_ctr", "all_spent"),
                ["60,000", "600", "4,321", "1.00 %", "₩300"],
            ),
            (
                Campaign,
                ("impressions", "clicks", "invalid_clicks", "ctr"),
                ["60,000", "600", "4,321", "1.00 %"],
            ),
            (
                LineItem,
                ("impressions", "clicks", "invalid_clicks", "ctr"),
                ["60,000", "600", "4,321", "1.00 %"],
            ),
            (Unit, ("all_impressions", "all_clicks", "all_invalid_clicks"), ["60,077", "600", "4,321"]),
            (
                Content,
                ("all_impressions", "all_clicks", "all_invalid_clicks", "all_ctr"),
                ["77", "0", "0", "0.00 %"],
            ),
        ):
            with self.subTest(model.__name__):
                self.assertEqual(self.cells(model, *names), expected)
                page = self.client.get(url(model, "changelist"))
                self.assertContains(page, expected[0])
                self.assertContains(page, expected[2])

    def test_budgets_and_goals_have_a_pace_with_a_text(self):
        (behind,) = self.cells(Campaign, "pace")
        self.assertRegex(behind, r"behind: 6[23] %")
        (ahead,) = self.cells(LineItem, "pace")
        self.assertRegex(ahead, r"ahead: 1(19|20) %")
        self.assertContains(self.client.get(url(Campaign, "changelist")), "behind: 6")
        korean = self.client.get(url(LineItem, "changelist"), headers={"accept-language": "ko"})
        self.assertContains(korean, "빠름: 1")

    def test_a_list_takes_as_many_statements_with_many_rows_as_with_few(self):
        few = {model: self.statements(model) for model in (Advertiser, Campaign, LineItem, Unit, Content)}
        for number in range(20):
            campaign = make_campaign(public_id=f"c-{number + 2}", budget_currency=make_currency())
            make_line_item(public_id=f"li-{number + 2}", campaign=campaign)
            make_unit(public_id=f"u-{number + 2}")
            make_content(public_id=f"ct-{number + 2}")
        for model, count in few.items():
            with self.subTest(model.__name__):
                self.assertLessEqual(self.statements(model), count)

    def statements(self, model) -> int:
        with CaptureQueriesContext(connection) as captured:
            self.assertEqual(self.client.get(url(model, "changelist")).status_code, 200)
        return len(captured)
