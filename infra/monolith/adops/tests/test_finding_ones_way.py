"""Finding one's way: what needs attention, the rows of a row, and lists that find what is looked for."""

from datetime import datetime, timedelta
from unittest.mock import patch

from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from adops.attention import concerns_of
from adops.models import Campaign, Content, Creative, GoalKind, LineItem, Status
from adops.tests.admin_case import AdminCase, url
from adops.tests.rows import (
    DAY,
    NOW,
    make_advertiser,
    make_campaign,
    make_content,
    make_creative,
    make_currency,
    make_line_item,
)
from delivery.models import ItemKind, ItemTotal

HOME = "/admin/"


def deliver(line_item: LineItem, impressions: int, clicks: int = 0) -> None:
    ItemTotal.objects.create(
        item_kind=ItemKind.LINE_ITEM, item=line_item.public_id, impressions=impressions, clicks=clicks
    )


class FindingOnesWayCase(AdminCase):
    def setUp(self):
        super().setUp()
        clock = patch.object(timezone, "now", lambda: NOW)
        clock.start()
        self.addCleanup(clock.stop)

    def names(self, model, query: str) -> list[str]:
        page = self.client.get(f"{url(model, 'changelist')}?{query}")
        self.assertEqual(page.status_code, 200, page.headers)
        return sorted(getattr(row, "name", "") or row.title for row in page.context["cl"].result_list)

    def found(self) -> dict[str, int]:
        """What the home page says needs attention."""
        page = self.client.get(HOME)
        concerns = concerns_of(User.objects.get(pk=self.user.pk))
        for concern in concerns:
            self.assertContains(page, concern.text)
            self.assertContains(page, f'href="{concern.url.replace("&", "&amp;")}"')
        return {concern.text: concern.row_count for concern in concerns}


class HomePageTests(FindingOnesWayCase):
    def test_finding_ones_way_a_quiet_home_page_says_so(self):
        self.assertContains(self.client.get(HOME), "Nothing needs attention now.")

    def test_finding_ones_way_each_concern_leads_to_the_list_of_exactly_its_rows(self):
        ends_soon = make_campaign(name="ends soon", ends_at=NOW + 2 * DAY)
        make_line_item(name="of it", campaign=ends_soon)
        make_campaign(name="empty", ends_at=NOW + 9 * DAY)
        spent = make_campaign(
            name="nearly", budget_micros=100, spent_micros=90, budget_currency=make_currency()
        )
        make_line_item(name="fine", campaign=spent)
        make_line_item(name="no creative", campaign=spent, with_creative=False)
        make_line_item(name="paused", campaign=spent, with_creative=False, status=Status.PAUSED)
        make_content(title="ends soon", expires_at=NOW + DAY)
        found = self.found()
        for text, model, query, names in (
            ("Line items: cannot be shown", LineItem, "attention=cannot_serve", ["no creative"]),
            ("Line items: ends within three days", LineItem, "attention=ends_soon", ["of it"]),
            ("Campaigns: ends within three days", Campaign, "attention=ends_soon", ["ends soon"]),
            ("Campaigns: without line items", Campaign, "attention=no_line_item", ["empty"]),
            ("Campaigns: budget nearly spent", Campaign, "attention=nearly_spent", ["nearly"]),
            ("Contents: ends within three days", Content, "attention=ends_soon", ["ends soon"]),
        ):
            with self.subTest(text=text):
                self.assertEqual(found[text], len(names))
                self.assertEqual(self.names(model, query), names)

    def test_finding_ones_way_behind_pace_is_less_than_nine_tenths_of_an_even_delivery(self):
        # Half of the time is over.
        campaign = make_campaign(starts_at=NOW - 5 * DAY, ends_at=NOW + 5 * DAY)
        goal = {"campaign": campaign, "goal_count": 1000, "goal_kind": GoalKind.IMPRESSIONS}
        deliver(make_line_item(name="behind", **goal), 440)
        deliver(make_line_item(name="on pace", **goal), 460)
        clicks = {**goal, "goal_kind": GoalKind.CLICKS}
        deliver(make_line_item(name="behind in clicks", **clicks), 10_000, clicks=440)
        deliver(make_line_item(name="on pace in clicks", **clicks), 0, clicks=460)
        make_line_item(name="not begun", **goal, starts_at=NOW + DAY)
        make_line_item(name="paused", **goal, status=Status.PAUSED)
        make_line_item(name="without a goal", campaign=campaign)
        self.assertEqual(self.names(LineItem, "attention=behind"), ["behind", "behind in clicks"])
        self.assertEqual(self.found()["Line items: behind pace"], 2)

    def test_finding_ones_way_a_campaign_is_behind_its_budget(self):
        money = {"budget_micros": 10**15, "budget_currency": make_currency()}
        dates = {"starts_at": NOW - 5 * DAY, "ends_at": NOW + 5 * DAY}
        make_campaign(name="behind", spent_micros=44 * 10**13, **money, **dates)
        make_campaign(name="on pace", spent_micros=46 * 10**13, **money, **dates)
        make_campaign(name="without an end", starts_at=NOW - 5 * DAY, **money)
        self.assertEqual(self.names(Campaign, "attention=behind"), ["behind"])

    def test_finding_ones_way_an_editor_sees_contents_alone(self):
        make_campaign(name="empty")
        make_content(title="ends soon", expires_at=NOW + DAY)
        self.user = self.log_in("editor")
        found = self.found()
        self.assertIn("Contents: ends within three days", found)
        self.assertEqual([text for text in found if text.startswith(("Campaigns", "Line items"))], [])
        self.assertNotContains(self.client.get(HOME), "home-search")

    def test_finding_ones_way_the_home_page_asks_as_often_for_many_rows_as_for_few(self):
        asked = []
        for count in (1, 20):
            for _ in range(count):
                make_line_item(with_creative=False)
                make_content(expires_at=NOW + DAY)
            with CaptureQueriesContext(connection) as queries:
                self.client.get(HOME)
            asked.append(len(queries))
        self.assertEqual(*asked)


class RowsOfARowTests(FindingOnesWayCase):
    def test_finding_ones_way_a_campaign_shows_its_line_items_and_adds_one(self):
        campaign = make_campaign()
        line_item = make_line_item(name="Its own", campaign=campaign)
        deliver(line_item, 1234)
        make_line_item(name="Of another")
        page = self.client.get(url(Campaign, "change", campaign.pk))
        shown = page.content.decode().partition('id="children"')[2]
        for text in ("Its own", "1,234", "serving", "2026-11-24"):
            self.assertIn(text, shown)
        self.assertNotIn("Of another", shown)
        add = f"{url(LineItem, 'add')}?campaign={campaign.pk}"
        self.assertIn(f'href="{add}"', shown)
        form = self.client.get(add).context["adminform"].form
        self.assertEqual(str(form.initial["campaign"]), str(campaign.pk))
        self.assertEqual(form.initial["status"], Status.PAUSED)

    def test_finding_ones_way_an_advertiser_shows_its_campaigns_and_adds_one(self):
        advertiser = make_advertiser()
        make_campaign(name="Its own", advertiser=advertiser)
        page = self.client.get(url(type(advertiser), "change", advertiser.pk))
        self.assertContains(page, "Its own")
        self.assertContains(page, f'href="{url(Campaign, "add")}?advertiser={advertiser.pk}"')
        listed = f"{url(Campaign, 'changelist')}?advertiser__id__exact={advertiser.pk}"
        self.assertContains(page, f'href="{listed}"')

    def test_finding_ones_way_a_reader_is_offered_no_new_row(self):
        campaign = make_campaign()
        make_line_item(name="Its own", campaign=campaign)
        self.log_in("read-only")
        page = self.client.get(url(Campaign, "change", campaign.pk))
        self.assertContains(page, "Its own")
        self.assertNotContains(page, url(LineItem, "add"))

    def test_finding_ones_way_a_campaign_of_many_line_items_shows_the_first_and_asks_as_often(self):
        campaign = make_campaign()
        self.client.get(url(Campaign, "change", campaign.pk))
        asked = []
        for count in (1, 30):
            for number in range(count):
                make_line_item(name=f"n{number}", campaign=campaign)
            with CaptureQueriesContext(connection) as queries:
                page = self.client.get(url(Campaign, "change", campaign.pk))
            asked.append(len(queries))
        self.assertEqual(*asked)
        self.assertEqual(len(page.context["children"].rows), 20)
        self.assertContains(page, "31 in the list")


class ListTests(FindingOnesWayCase):
    def test_finding_ones_way_a_line_item_is_found_by_its_creative(self):
        coffee = make_line_item(name="Coffee", with_creative=False)
        make_creative(line_item=coffee, title="따뜻한 라떼 한 잔", landing_url="https://shop.example/beans")
        make_creative(line_item=coffee, title="따뜻한 라떼 두 잔", image_url="https://cdn.example/cup.png")
        make_line_item(name="Tea", with_creative=False)
        for words in ("라떼", "shop.example/beans", "cup.png", "라떼+두", "coffee"):
            with self.subTest(words=words):
                self.assertEqual(self.names(LineItem, f"q={words}"), ["Coffee"])
        # Each word is somewhere, and all of them in one creative or in the line item.
        self.assertEqual(self.names(LineItem, "q=beans+cup.png"), [])

    def test_finding_ones_way_creatives_have_a_list_with_search_and_actions(self):
        line_item = make_line_item(name="Coffee", with_creative=False)
        first = make_creative(line_item=line_item, title="First", landing_url="https://shop.example/beans")
        make_creative(line_item=line_item, title="Second")
        for words, titles in (("beans", ["First"]), ("Coffee", ["First", "Second"]), ("second", ["Second"])):
            with self.subTest(words=words):
                self.assertEqual(self.names(Creative, f"q={words}"), titles)
        self.act("pause", first)
        self.assertEqual(self.names(Creative, "status__exact=paused"), ["First"])
        page = self.client.get(url(Creative, "changelist"))
        self.assertContains(page, url(LineItem, "change", line_item.pk))
        self.assertContains(page, '<span class="state state-good">serving</span>', html=True)
        page = self.change(first, title="Changed")
        self.assertEqual(Creative.objects.get(pk=first.pk).title, "Changed")

    def test_finding_ones_way_contents_are_found_by_address(self):
        make_content(title="Rain", landing_url="https://news.example/rain")
        make_content(title="Sun")
        self.assertEqual(self.names(Content, "q=news.example"), ["Rain"])

    def test_finding_ones_way_lists_filter_by_advertiser_and_campaign(self):
        advertiser = make_advertiser(name="One")
        campaign = make_campaign(name="Its campaign", advertiser=advertiser)
        make_line_item(name="Its line item", campaign=campaign)
        make_line_item(name="Another")
        by = advertiser.pk
        self.assertEqual(self.names(Campaign, f"advertiser__id__exact={by}"), ["Its campaign"])
        self.assertEqual(self.names(LineItem, f"advertiser={by}"), ["Its line item"])
        self.assertEqual(self.names(LineItem, f"campaign__id__exact={campaign.pk}"), ["Its line item"])
        page = self.client.get(
            f"{url(LineItem, 'changelist')}?campaign__id__exact={campaign.pk}&tier=standard"
        )
        # The form shows what is chosen, and keeps the other filters.
        self.assertContains(page, f'<option value="{campaign.pk}" selected>')
        self.assertContains(page, '<input type="hidden" name="tier" value="standard">', html=True)

    def test_finding_ones_way_lists_filter_by_the_days_on_which_a_row_runs(self):
        campaign = make_campaign(starts_at=datetime(2026, 1, 1, tzinfo=NOW.tzinfo))
        for name, first, last in (("march", 3, 4), ("april", 4, 5), ("open", 3, None)):
            make_line_item(
                name=name,
                campaign=campaign,
                starts_at=datetime(2026, first, 1, tzinfo=NOW.tzinfo),
                ends_at=last and datetime(2026, last, 1, tzinfo=NOW.tzinfo),
            )
        for query, names in (
            ("runs_from=2026-03-31&runs_to=2026-03-31", ["march", "open"]),
            ("runs_from=2026-04-01", ["april", "open"]),
            ("runs_to=2026-02-28", []),
            ("runs_from=2026-02-01&runs_to=2026-04-01", ["april", "march", "open"]),
        ):
            with self.subTest(query=query):
                self.assertEqual(self.names(LineItem, query), names)
        campaign.ends_at = NOW - timedelta(days=100)
        campaign.save()
        self.assertEqual(self.names(LineItem, "runs_from=2026-11-01"), [])

    def test_finding_ones_way_a_filter_that_cannot_be_read_is_refused(self):
        for query in (
            "runs_from=yesterday",
            "runs_from=0001-01-01",
            "runs_to=9999-12-31",
            "campaign__id__exact=x",
            "advertiser=²",
            f"campaign__id__exact={10**30}",
        ):
            with self.subTest(query=query):
                page = self.client.get(f"{url(LineItem, 'changelist')}?{query}")
                self.assertRedirects(page, f"{url(LineItem, 'changelist')}?e=1")

    def test_finding_ones_way_the_list_of_creatives_asks_as_often_for_many_as_for_few(self):
        asked = []
        for count in (1, 20):
            for _ in range(count):
                make_line_item()
            with CaptureQueriesContext(connection) as queries:
                self.client.get(url(Creative, "changelist"))
            asked.append(len(queries))
        self.assertEqual(*asked)
