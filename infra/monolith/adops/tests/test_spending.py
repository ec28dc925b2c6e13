"""What campaigns have spent, from facts to the page of the admin."""

import random
from datetime import datetime, timedelta, timezone

from django.db.models import Q
from django.test import TestCase, override_settings

from adops.models import Campaign, LineItem
from adops.selectors.billing import billing_by, billing_of
from adops.services.cloning import clone_campaign
from adops.services.spending import record_spending
from adops.signals import rows_edited
from adops.tests.admin_case import AdminCase, messages_of, url
from adops.tests.rows import NOW, make_campaign, make_currency, make_line_item
from delivery.hours import hour_of, start_of
from delivery.models import Fact
from delivery.selectors.delivered import delivered
from delivery.services.sync import rebuild_sums, sync
from delivery.startup import _Worker, sync_in_worker
from delivery.tests.roll_ups import HOUR, Table, fact, random_facts
from kernel.tests.local_dynamodb import LocalDynamoDB

WON = 1_000_000


def store_facts(*facts: dict, arrival_hour: int = HOUR) -> None:
    names = {"class": "event_class"}
    for one in facts:
        values = {names.get(name, name): "" if value is None else value for name, value in one.items()}
        Fact.objects.create(arrival_hour=arrival_hour, **values)
    rebuild_sums()


class SpendingTests(TestCase):
    def setUp(self):
        self.won = make_currency()

    def campaign(self, **values) -> Campaign:
        return make_campaign(public_id="c-1", budget_currency=self.won, **values)

    def spent(self, now: datetime = NOW) -> tuple[int, int]:
        record_spending(now)
        campaign = Campaign.objects.get(public_id="c-1")
        return campaign.spent_micros, campaign.spent_today_micros

    def test_an_impression_costs_a_thousandth_of_its_price_and_a_click_its_price(self):
        self.campaign()
        click = {"kind": "click", "pricing": "cpc", "price_micros": 300 * WON}
        store_facts(
            fact(count=3, price_micros=15_000 * WON),
            fact(**click),
            # These cost nothing: a click at a price per thousand, what does not count, and an action.
            fact(kind="click"),
            fact(**{**click, "class": "bot"}),
            fact(**{**click, "pricing": "cpa"}),
            fact(campaign="c-2"),
        )
        self.assertEqual(self.spent()[0], 15 * WON + 300 * WON)

    def test_prices_in_other_currencies_are_converted_and_rounded_down_once(self):
        make_currency("USD", 1_000_000)
        self.campaign()
        # Ten times 0.05 USD per thousand: 0.0005 USD, at 720 millionths of a dollar a won.
        store_facts(fact(currency="USD", count=10, price_micros=500_000), fact(currency="XXX"))
        self.assertEqual(self.spent()[0], 500_000 * 1_000_000 // 720 // 1_000)

    def test_a_day_is_one_of_the_campaigns_zone(self):
        self.campaign(daily_budget_micros=1, timezone="America/New_York")
        midnight = hour_of(datetime(2026, 11, 25, 5, tzinfo=timezone.utc))
        store_facts(fact(hour=midnight - 1), fact(hour=midnight), fact(hour=midnight + 23, count=2))
        last_hour = start_of(midnight + 24) - timedelta(seconds=1)
        self.assertEqual(self.spent(last_hour)[1], 10 * WON)
        campaign = Campaign.objects.get(public_id="c-1")
        self.assertEqual(campaign.today_ends_at, start_of(midnight + 24))
        # The new day has spent nothing, without a new fact.
        self.assertEqual(self.spent(start_of(midnight + 24))[1], 0)

    def test_spend_is_no_edit_of_the_catalog_and_is_written_once(self):
        self.campaign()
        store_facts(fact())
        before = Campaign.objects.get().updated_at
        edits = []
        rows_edited.connect(lambda sender, **_: edits.append(sender), weak=False, dispatch_uid="spending")
        self.addCleanup(rows_edited.disconnect, dispatch_uid="spending")
        self.assertEqual((record_spending(NOW), record_spending(NOW)), (1, 0))
        self.assertEqual((edits, Campaign.objects.get().updated_at), ([], before))

    def test_a_copy_has_spent_nothing(self):
        user = AdminCase.log_in(self, "ad ops")
        campaign = self.campaign(daily_budget_micros=7, timezone="Asia/Seoul")
        store_facts(fact())
        record_spending(NOW)
        campaign.refresh_from_db()
        copy = clone_campaign(campaign=campaign, by=user)
        self.assertEqual((copy.spent_micros, copy.today_ends_at), (0, None))
        self.assertEqual((copy.daily_budget_micros, copy.timezone), (7, "Asia/Seoul"))


class BillingTests(TestCase):
    def setUp(self):
        self.won = make_currency()
        make_currency("USD", 1_000_000)

    def test_what_is_billed_never_exceeds_the_budget_and_parts_add_up(self):
        chance = random.Random(3)
        for hour in range(HOUR, HOUR + 4):
            store_facts(*random_facts(chance, hour, 60), arrival_hour=hour)
        campaign = make_campaign(public_id="c-1", budget_currency=self.won, timezone="Asia/Seoul")
        spent = billing_of(campaign)
        self.assertGreater(spent.spent, 0)
        self.assertEqual(spent.unbilled, 0)
        whole_micros = spent.micros(spent.spent)
        for budget_micros in (0, 1, whole_micros // 3, whole_micros - 1, whole_micros + 1):
            campaign.budget_micros = budget_micros
            whole = billing_of(campaign)
            self.assertEqual(whole.spent, spent.spent)
            self.assertLessEqual(whole.micros(whole.billed), budget_micros)
            self.assertGreaterEqual(whole.micros(whole.billed), min(budget_micros, whole_micros) - 1)
            for by in (("item",), ("creative",), ("unit",), ("hour",), ("day",), ("day", "item")):
                with self.subTest(budget_micros=budget_micros, by=by):
                    parts = billing_by(campaign, by)
                    self.assertEqual(set(parts), set(billing_by(campaign, by)))
                    self.assertEqual(sum(part.spent for part in parts.values()), whole.spent)
                    self.assertEqual(sum(part.billed for part in parts.values()), whole.billed)
                    self.assertTrue(all(0 <= part.billed <= part.spent for part in parts.values()))

    def test_what_arrived_first_is_billed_first(self):
        campaign = make_campaign(public_id="c-1", budget_currency=self.won, budget_micros=7 * WON)
        # The later report is of an earlier hour.
        store_facts(fact(item="li-first"), arrival_hour=HOUR)
        store_facts(fact(item="li-late", hour=HOUR - 5), arrival_hour=HOUR + 1)
        parts = billing_by(campaign, ("item",))
        billed = {item: part.micros(part.billed) for (item,), part in parts.items()}
        self.assertEqual(billed, {"li-first": 5 * WON, "li-late": 2 * WON})
        self.assertEqual(parts["li-late",].micros(parts["li-late",].unbilled), 3 * WON)


class TenWonCampaign(AdminCase):
    """A campaign of 10 won at 5,000 won per thousand impressions: two impressions are its budget."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.server = LocalDynamoDB()
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        super().setUp()
        self.table = Table(self.server)
        now_hour = hour_of(datetime.now(timezone.utc))
        self.hour = now_hour
        campaign = make_campaign(
            public_id="c-1", name="Ten won", budget_micros=10 * WON, budget_currency=make_currency()
        )
        self.campaign = campaign
        make_line_item(campaign=campaign, public_id="li-1", price_micros=5_000 * WON)

    def page(self, model: type) -> str:
        return self.client.get(url(model, "changelist")).content.decode()

    def deliver(self, impressions: int) -> None:
        self.table.put_minute(
            self.hour,
            0,
            [
                fact(hour=self.hour, count=impressions, price_micros=impressions * 5_000 * WON),
                fact(hour=self.hour, kind="click"),
            ],
        )
        self.table.move(first=self.hour, closed_until=self.hour, until_minutes=self.hour * 60 + 1)
        sync(self.table.store, lambda hour, facts: None)

    def test_facts_arrive_and_the_admin_says_budget_spent(self):
        self.assertIn("serving", self.page(Campaign))
        self.deliver(1)
        self.assertIn("serving", self.page(Campaign))
        self.deliver(3)
        campaigns, line_items = self.page(Campaign), self.page(LineItem)
        self.assertIn('<span class="state state-bad">budget spent</span>', campaigns)
        self.assertIn('<span class="state state-bad">budget spent</span>', line_items)
        # Three impressions are 15 won, of which 10 are billed.
        self.assertIn("₩15 (₩5 not billed)", campaigns)
        self.assertIn('<td class="field-impressions">3</td><td class="field-clicks">1</td>', campaigns)
        self.assertIn('<td class="field-ctr">33.33 %</td><td class="field-spent">₩15</td>', line_items)
        page = self.client.get(url(Campaign, "change", self.campaign.pk)).content.decode()
        self.assertIn("₩15 (₩5 not billed)", page)
        self.assertEqual(delivered(("campaign",), Q(campaign="c-1"))["c-1",].impressions, 3)
        saved = self.change(self.campaign)
        self.assertIn("The budget is spent.", messages_of(saved))
        # A higher budget takes effect at once.
        self.change(self.campaign, budget_micros="20")
        self.assertIn("serving", self.page(Campaign))

    def test_the_worker_reads_what_the_functions_have_rolled_up(self):
        self.table.put_minute(self.hour, 0, [fact(hour=self.hour, count=2)])
        self.table.move(first=self.hour, closed_until=self.hour, until_minutes=self.hour * 60 + 1)
        _Worker.looked_at = float("-inf")
        with (
            override_settings(
                DELIVERY_TABLE=self.table.name, DYNAMODB_ENDPOINT_URL=self.server.url, AWS_REGION="local"
            ),
            _credentials(),
        ):
            sync_in_worker()
        self.assertEqual(Campaign.objects.get().spent_micros, 5 * WON)


def _credentials():
    from unittest import mock

    return mock.patch.dict("os.environ", AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local")
