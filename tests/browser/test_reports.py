"""The report of deliveries in a browser: its chart, its table, and both languages."""

from collections.abc import Callable

from browser import Browser
from lockfill.stack import Stack
from screenshots import keep

PAGE = "/admin/reports/deliveryreport/"
# Facts as reading roll-ups makes them: the last days of six line items of the catalog.
_FACTS = """
import time
from adops.models import LineItem
from delivery.models import Fact
from delivery.services.sync import rebuild_sums
now = int(time.time()) // 3600
for place, item in enumerate(LineItem.objects.select_related("campaign__advertiser").order_by("pk")[:6]):
    creative = item.creatives.first()
    for back in range(0, 72, 2):
        count = (7 + place) * (60 - abs(12 - (now - back) % 24) * 4)
        for kind, event_class, events in (
            ("impression", "valid", count), ("click", "valid", count // 50), ("click", "bot", count // 300),
        ):
            Fact.objects.create(
                arrival_hour=now - back, hour=now - back, item_kind="line_item", item=item.public_id,
                creative=creative.public_id if creative else "", unit="1001",
                campaign=item.campaign.public_id, advertiser=item.campaign.advertiser.public_id,
                kind=kind, event_class=event_class,
                pricing=item.pricing, currency=item.currency_id, count=events,
                price_micros=events * item.price_micros,
            )
rebuild_sums()
print("made")
"""


def test_a_report_is_a_chart_and_a_table_that_sorts_in_both_languages(
    stack: Stack, browser: Browser, open_browser: Callable[[str], Browser]
) -> None:
    assert "made" in stack.manage("shell", "-c", _FACTS)
    browser.open(f"{PAGE}?group=line_item")
    assert browser.find(".report-chart canvas").size["width"] > 300
    assert "INVALID CLICKS" in browser.text("#report-delivery-table thead").upper()
    shown = [
        int(text.replace(",", "")) for text in browser.texts("#report-delivery-table tbody td:nth-child(4)")
    ]
    assert len(shown) == 6 and shown == sorted(shown, reverse=True)
    assert f"{sum(shown):,}" in browser.texts("#report-delivery-table tfoot td")
    assert "crawler or link scanner" in browser.text("#report-reasons-table")
    keep("report", browser, f"{PAGE}?group=line_item", height=1500)
    korean = open_browser("ko")
    korean.open(f"{PAGE}?group=line_item")
    assert "무효 클릭" in korean.text("#report-delivery-table thead")
    assert korean.find(".report-chart canvas").size["width"] > 300
    keep("report-ko", korean, f"{PAGE}?group=line_item", height=1500)
