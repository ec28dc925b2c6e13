"""Totals of Django's report are those of the ledger: valid, repeated, invalid, late and reversed events."""

import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from device import CAPPED, Device, slot
from django_reports import DjangoReports
from lockfill import web
from lockfill.schedule import PACING_PATH
from roll_ups import KEYS, counted, invoke, ledger, require_clocks_ahead, roll_up
from serving_stack import ServingStack, serving_stack

MINUTE_AHEAD_SECONDS = 80
GROUPS = ("day", "hour", "unit", "campaign", "line_item", "creative", "advertiser")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServingStack]:
    require_clocks_ahead()
    with serving_stack(tmp_path_factory.mktemp("stack")) as stack:
        invoke(stack.invoke_url + PACING_PATH)
        yield stack


def links(device: Device) -> dict[str, str]:
    found: dict[str, str] = slot(device.ask("ads", country="KR", count=50), CAPPED)["tracking"]
    return found


def test_totals_are_those_of_the_ledger_after_each_kind_of_event(
    stack: ServingStack, device: Device, tmp_path: Path
) -> None:
    reports = DjangoReports(stack, tmp_path)
    issued = int(time.time())
    whole, late, reversed_later, scanned = (links(device) for _ in range(4))
    time.sleep(1.1)
    # Valid, and repeated: the second is the same event.
    for link in (whole["impression_url"], whole["click_url"], whole["click_url"]):
        web.get(link)
    # Late by the device's clock, without its impression so far, and invalid.
    web.get(f"{late['impression_url']}?at={issued}")
    web.get(reversed_later["click_url"])
    web.get(scanned["click_url"], sec_purpose="prefetch")
    web.get(scanned["impression_url"], user_agent="curl/8.4.0")
    roll_up(stack, tmp_path, MINUTE_AHEAD_SECONDS)
    reasons = equals_the_ledger(stack, reports)
    assert reasons == {"click without an impression": (0, 1), "crawler or link scanner": (1, 0)} | PREFETCH
    # The impression arrives: the click counts after all.
    web.get(reversed_later["impression_url"])
    roll_up(stack, tmp_path, MINUTE_AHEAD_SECONDS + 60)
    assert equals_the_ledger(stack, reports) == {"crawler or link scanner": (1, 0)} | PREFETCH


PREFETCH = {"fetched before a person followed the link": (0, 1)}


def equals_the_ledger(stack: ServingStack, reports: DjangoReports) -> dict[str, tuple[int, int]]:
    """Holds each grouping of the report against the ledger; why events do not count, by impression and
    click.
    """
    first, last = (time.strftime("%Y-%m-%d", time.gmtime(time.time() + each)) for each in (-86_400, 86_400))
    tables = reports.read(first, last, *(("delivery", group) for group in GROUPS), ("reasons", "day"))
    for group, found in zip(GROUPS, tables, strict=False):
        assert found["total"] == expected(stack), group
        of_rows = Counter[str]()
        for one in found["rows"]:
            of_rows.update({name: one[name] for name in ("impressions", "clicks", "invalid_clicks")})
        assert of_rows["impressions"] == found["total"]["impressions"], group
    return {one["reason"]: (one["impressions"], one["clicks"]) for one in tables[-1]["rows"]}


def expected(stack: ServingStack) -> dict[str, Any]:
    """The total that the entries of the ledger make, in plain arithmetic."""
    counts, spent = Counter[tuple[str, bool]](), Counter[str]()
    for key, (count, price_micros) in counted(list(ledger(stack))).items():
        fact = dict(zip(KEYS, key, strict=True))
        is_valid = fact["class"] == "valid"
        counts[fact["kind"], is_valid] += count
        if is_valid and (fact["kind"], fact["pricing"]) == ("impression", "cpm"):
            spent[fact["currency"]] += price_micros
        if is_valid and (fact["kind"], fact["pricing"]) == ("click", "cpc"):
            spent[fact["currency"]] += price_micros * 1_000
    impressions, clicks = counts["impression", True], counts["click", True]
    rate = Decimal(clicks * 1_000_000 // impressions) / 10_000
    return {
        "impressions": impressions,
        "invalid_impressions": counts["impression", False],
        "clicks": clicks,
        "invalid_clicks": counts["click", False],
        "ctr_percent": f"{rate.normalize():f}",
        # Billionths, rounded down to millionths.
        **{
            f"spend_{currency}": f"{(Decimal(nanos // 1_000) / 1_000_000).normalize():f}"
            for currency, nanos in spent.items()
        },
    }
