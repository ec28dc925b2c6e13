"""What happens when a device reports that a slot was shown or tapped."""

from datetime import datetime, timezone
from typing import Any

import pytest

from demo import demo_catalog
from device import CAPPED, DEGRADED, Device, ids, slot
from lockfill import web


class Ads:
    """The ads that a device is given, in a zone in which no day and no week ends while a test runs."""

    def __init__(self, device: Device) -> None:
        self.device = device
        offset = 12 - datetime.now(timezone.utc).hour
        # POSIX signs: Etc/GMT-9 is nine hours ahead of Greenwich.
        self.zone = f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"

    def __call__(self) -> dict[str, Any]:
        return self.device.ask("ads", country="KR", count=50, timezone=self.zone)


@pytest.fixture
def ads(device: Device) -> Ads:
    return Ads(device)


def show(shown: dict[str, Any]) -> None:
    """Reports that a slot was shown."""
    pixel = web.get(shown["tracking"]["impression_url"])
    assert (pixel.status, pixel.served_by) == (200, "lambda")
    assert pixel.headers["content-type"] == "image/gif"
    assert pixel.headers[DEGRADED] is None, "it was not counted"
    assert pixel.body.startswith(b"GIF89a")


def test_a_line_item_whose_cap_is_used_up_is_gone_for_its_user_alone(device: Device, ads: Ads) -> None:
    (cap,) = slot(ads(), CAPPED)["caps"]
    for _ in range(cap["limit"]):
        show(slot(ads(), CAPPED))
    assert CAPPED not in ids(ads())
    device.user += "-neighbor"
    assert CAPPED in ids(ads())


def test_a_zone_that_is_behind_frees_no_cap(device: Device) -> None:
    """It is never the same day in the zones furthest ahead and furthest behind."""
    # POSIX signs: Etc/GMT-14 is fourteen hours ahead of Greenwich.
    ahead, behind = "Etc/GMT-14", "Etc/GMT+12"
    (cap,) = slot(device.ask("ads", country="KR", count=50, timezone=ahead), CAPPED)["caps"]
    assert cap == {"window": "day", "limit": 2}
    show(slot(device.ask("ads", country="KR", count=50, timezone=ahead), CAPPED))
    shown = 0
    for _ in range(12):
        answer = device.ask("ads", country="KR", count=50, timezone=behind)
        if CAPPED in ids(answer):
            show(slot(answer, CAPPED))
            shown += 1
    assert shown == 1
    assert CAPPED not in ids(device.ask("ads", country="KR", count=50, timezone=ahead))


def test_following_the_same_link_again_counts_once(ads: Ads) -> None:
    shown = slot(ads(), CAPPED)
    for _ in range(shown["caps"][0]["limit"] + 1):
        show(shown)
    assert CAPPED in ids(ads())


def test_a_content_that_was_seen_is_no_longer_the_first(device: Device) -> None:
    first = device.ask("contents")["slots"][0]
    show(first)
    assert ids(device.ask("contents"))[0] != first["id"]


@pytest.mark.parametrize("kind", ["ads", "contents"])
def test_a_click_leads_to_the_landing_page_in_the_catalog_whatever_is_added(
    device: Device, kind: str
) -> None:
    catalog = demo_catalog()
    landing_urls = {row["id"]: row["landing_url"] for row in catalog["creatives"] + catalog["contents"]}
    tapped = device.ask(kind, country="KR")["slots"][0]
    expected = landing_urls[tapped.get("creative", tapped)["id"]]
    for added in ("", "?url=https://elsewhere.example/"):
        click = web.get(tapped["tracking"]["click_url"] + added)
        assert (click.status, click.headers["location"]) == (302, expected)


def test_links_point_where_the_configuration_says_whatever_host_was_asked(device: Device) -> None:
    path = f"/api/v1/allocation/ads?unit_id=1001&user_id={device.user}"
    answer = device.get(path, host="evil.example", x_forwarded_host="evil.example")
    assert answer.json["slots"]
    assert b"evil.example" not in answer.body


def test_a_changed_token_is_refused(device: Device) -> None:
    for link in device.ask("ads", country="KR")["slots"][0]["tracking"].values():
        head, _, token = link.rpartition("/")
        key_id, signed = token.split(".")
        other = "A" if signed[20] != "A" else "B"
        forged = f"{key_id}.{signed[:20]}{other}{signed[21:]}"
        for text in (forged, f"{key_id}.{signed[:-22]}", f"{token}.", f"{token}.AAAA", "nonsense"):
            answer = web.get(f"{head}/{text}")
            assert answer.status == 400, text
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json["type"] == "urn:lockfill:problem:invalid-token"


def test_an_answer_of_ten_slots_is_small(device: Device) -> None:
    path = f"/api/v1/allocation/lockscreen?unit_id=1001&user_id={device.user}&country=KR&count=10"
    answer = device.get(path)
    assert len(answer.json["slots"]) == 10
    assert len(answer.body) <= 7_500, len(answer.body)
