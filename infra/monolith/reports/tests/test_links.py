"""Point 1: each row of a list leads to its report."""

import re

from django.utils import timezone

from adops.models import Advertiser, Campaign, Content, LineItem, Unit
from adops.tests.admin_case import AdminCase, url
from adops.tests.rows import make_campaign, make_content, make_line_item, make_unit
from adops.tests.test_spending import WON, store_facts
from delivery.hours import hour_of
from delivery.tests.roll_ups import fact
from reports.tests.test_delivery_report import cells, total

LINK = re.compile(r'class="field-report"><a href="([^"]+)">')


class LinkTests(AdminCase):
    def test_delivery_in_the_lists_leads_to_the_report_of_each_row(self):
        campaign = make_campaign(public_id="c-1", name="Spring")
        make_line_item(public_id="li-1", campaign=campaign)
        make_campaign(public_id="c-2", name="Fall", advertiser=campaign.advertiser)
        make_unit(public_id="u-1")
        make_content(public_id="ct-1")
        content = {"item_kind": "content", "item": "ct-1", "campaign": None, "advertiser": None}
        content |= {"creative": None, "pricing": None, "currency": None, "price_micros": 0}
        # The page shows the days until today.
        of = {"advertiser": campaign.advertiser.public_id, "hour": hour_of(timezone.now())}
        store_facts(
            fact(**of, count=600, price_micros=3_000 * WON),
            fact(**of, campaign="c-2", item="li-2", count=30, price_micros=150 * WON),
            fact(count=7, **{**of, **content}),
        )
        for model, public_id, counted in (
            (Advertiser, of["advertiser"], "630"),
            (Campaign, "c-1", "600"),
            (LineItem, "li-1", "600"),
            (Content, "ct-1", "7"),
            (Unit, "u-1", "637"),
        ):
            with self.subTest(model=model.__name__):
                page = self.client.get(url(model, "changelist"), {"q": public_id})
                (link,) = set(LINK.findall(page.content.decode()))
                report = self.client.get(link.replace("&amp;", "&"))
                self.assertEqual(report.status_code, 200)
                self.assertIn(counted, total(report))
                self.assertGreater(len(cells(report)), 0)
