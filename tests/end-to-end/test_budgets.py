"""What holds a campaign back: a budget that is spent, and a cap that a user's other device uses up."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from device import CAPPED, Device, ids, slot
from lockfill import web
from lockfill.stack import DEMO_CATALOG
from roll_ups import require_clocks_ahead, roll_up
from serving_stack import ServingStack, serving_stack
from waiting import eventually

pytestmark = pytest.mark.alone

# The present minute is over for a run whose clock is so far ahead.
MINUTE_AHEAD_SECONDS = 80
PAID = 2


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServingStack]:
    require_clocks_ahead()
    with serving_stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


def with_a_budget_of_two_impressions(folder: Path) -> Path:
    """The demonstration catalog, in which the line item's campaign may spend what two impressions cost."""
    rows: dict[str, list[dict[str, Any]]] = json.loads(DEMO_CATALOG.read_text())
    item = next(row for row in rows["line_items"] if row["id"] == CAPPED)
    campaign = next(row for row in rows["campaigns"] if row["id"] == item["campaign_id"])
    assert item["pricing"] == "cpm"
    campaign |= {
        "budget_micros": PAID * item["price_micros"] // 1_000,
        "budget_currency": item["currency"],
    }
    path = folder / "catalog.json"
    path.write_text(json.dumps(rows))
    return path


def test_a_campaign_whose_budget_two_impressions_spend_stops(stack: ServingStack, tmp_path: Path) -> None:
    stack.publish(with_a_budget_of_two_impressions(tmp_path))
    devices = [Device(stack, f"budget-{number}") for number in range(PAID)]
    answers = [device.ask("ads", country="KR", count=50) for device in devices]
    for answer in answers:
        shown = web.get(slot(answer, CAPPED)["tracking"]["impression_url"])
        assert shown.headers["x-lockfill-recorded"] == "yes"
    (run,) = roll_up(stack, tmp_path, MINUTE_AHEAD_SECONDS)
    assert run["gates"]["spent_campaigns"] == 1, run

    def has_stopped() -> bool:
        answer = Device(stack, "budget-other").answer("ads", country="KR", count=50)
        assert answer.status == 200
        return CAPPED not in ids(answer.json) and answer.headers["x-lockfill-gates"] is not None

    eventually("serving has stopped", has_stopped)
    explained = Device(stack, "budget-other").ask("ads", country="KR", count=50, explain=1)
    (why,) = [finding for finding in explained["explain"] if finding["id"] == CAPPED]
    assert "budget" in json.dumps(why), why


def lending_once_a_day(folder: Path) -> Path:
    """The demonstration catalog, in which the unit lends and a user sees each line item once a day."""
    rows: dict[str, list[dict[str, Any]]] = json.loads(DEMO_CATALOG.read_text())
    next(row for row in rows["units"] if row["id"] == "1001")["lends_to_devices"] = True
    for item in rows["line_items"]:
        item["caps"] = [{"window": "day", "limit": 1}]
    path = folder / "catalog.json"
    path.write_text(json.dumps(rows))
    return path


def test_on_a_unit_that_lends_two_devices_of_a_user_share_what_caps_leave(
    stack: ServingStack, tmp_path: Path
) -> None:
    said = stack.publish(lending_once_a_day(tmp_path))
    version = int(said.split("published version ")[1].split(":")[0])
    wanted = {"country": "KR", "count": 50}
    waits = Device(stack, "lending-waits")
    eventually("it is served", lambda: waits.ask("ads", **wanted)["catalog_version"] == version)
    user = Device(stack, "lending")
    phone = user.ask("ads", **wanted, device_id="phone")
    lent = ids(phone)
    assert lent
    assert not {*ids(user.ask("ads", **wanted, device_id="tablet"))} & {*lent}
    assert {*ids(user.ask("ads", **wanted, device_id="phone"))} == {*lent}
    # A device that reports its whole slate has nothing on loan, and the caps still hold.
    for one in user.ask("ads", **wanted, device_id="phone")["slots"]:
        assert web.get(one["tracking"]["impression_url"]).headers["x-lockfill-recorded"] == "yes"
    for device in ("phone", "tablet"):
        assert not {*ids(user.ask("ads", **wanted, device_id=device))} & {*lent}
    other = ids(Device(stack, "lending-other").ask("ads", **wanted, device_id="phone"))
    assert {*other} == {*lent}, "loans are a user's own"
