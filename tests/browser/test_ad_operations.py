"""An ad-ops person with a browser: makes a campaign, publishes it, sees the function serve it, and pauses it.

`scripts/test --only browser` runs this.
"""

import time
from collections.abc import Callable
from urllib.parse import urlencode

from browser import Browser
from lockfill import web
from lockfill.stack import Stack
from lockfill.stopwatch import Stopwatch
from screenshots import keep

# From the button to the function's answer.
SERVED_WITHIN_SECONDS = 5
ADS = "/api/v1/allocation/ads"
# A user whom the campaign targets, with so many slots that sponsorships do not take them all.
VIEWER = {"unit_id": "1001", "user_id": "u-browser", "country": "KR", "count": "20", "interests": "bonsai"}


def test_a_campaign_is_made_published_served_paused_and_gone(stack: Stack, browser: Browser) -> None:
    make_campaign(browser, "Bonsai week", "100000")
    public_id = make_line_item(browser, "Bonsai friends", campaign="Bonsai week")
    assert public_id not in ads(stack)

    publish(browser)
    wait_until(lambda: public_id in ads(stack), "served")
    keep("line-items", browser, "/admin/adops/lineitem/")
    keep("home", browser, "/admin/")

    pause(browser, "Bonsai friends")
    publish(browser)
    wait_until(lambda: public_id not in ads(stack), "gone")
    wait_until(lambda: state_of(browser, "Bonsai friends") == ["paused"], "paused for all")


def test_a_form_with_a_mistake_says_so_at_the_field_and_keeps_what_was_typed(browser: Browser) -> None:
    browser.open("/admin/adops/lineitem/add/")
    browser.write("name", "Half a line item")
    browser.write("targeting_countries_allow", "Korea")
    browser.press("[name=_save]")
    error = browser.text("#id_targeting_countries_allow_error")
    assert "is not a two-letter country code" in error
    typed = browser.find("[name=targeting_countries_allow]").get_attribute("value")
    assert typed == "Korea"


def test_the_admin_is_korean_in_a_browser_that_asks_for_korean(
    open_browser: Callable[[str], Browser],
) -> None:
    korean = open_browser("ko")
    korean.open("/admin/adops/lineitem/")
    assert "집행 중" in korean.texts("#result_list .state")
    assert "광고 항목" in korean.text("h1")
    keep("line-items-ko", korean, "/admin/adops/lineitem/")
    keep("home-ko", korean, "/admin/")
    korean.open("/admin/adops/lineitem/add/")
    assert "국가" in korean.text(".field-targeting_countries_allow")
    keep("line-item-ko", korean, height=2300)


def make_campaign(browser: Browser, name: str, budget: str) -> None:
    browser.open("/admin/adops/campaign/add/")
    browser.write("name", name)
    browser.choose_by_search("advertiser", "Tidepool")
    browser.write("starts_at_0", "2026-01-01")
    browser.write("starts_at_1", "00:00:00")
    browser.write("budget_micros", budget)
    browser.choose("budget_currency", "KRW")
    browser.write("caps_day", "50")
    # New rows start paused.
    browser.choose("status", "active")
    browser.press("[name=_save]")
    assert "was added successfully" in browser.text(".messagelist")


def make_line_item(browser: Browser, name: str, campaign: str) -> str:
    """Fills in the form as a person would; the new line item's id."""
    browser.open("/admin/adops/lineitem/add/")
    browser.write("name", name)
    browser.choose_by_search("campaign", campaign)
    browser.choose("status", "active")
    browser.choose("tier", "sponsorship")
    browser.write("price_micros", "5,000")
    browser.choose("currency", "KRW")
    browser.write("dayparts", "daily 00-24")
    browser.write("caps_day", "20")
    browser.write("targeting_countries_allow", "KR")
    browser.write("targeting_ages", "")
    browser.write("targeting_interests_any", "bonsai, gardening")
    browser.tick("[name=targeting_units_allow][value='1001']")
    add_creative(browser)
    browser.press("[name=_continue]")
    assert browser.texts(".messagelist .warning") == []
    assert "was added successfully" in browser.text(".messagelist")
    wait_until(lambda: browser.has_image("img.preview"), "shown")
    keep("line-item", browser, height=2300)
    return browser.text(".field-public_id .readonly")


def add_creative(browser: Browser) -> None:
    browser.tick("#creatives-group .add-row a")
    browser.write("creatives-0-title", "A tree for your desk")
    browser.write("creatives-0-body", "Small, green, patient")
    browser.write("creatives-0-call_to_action", "See trees")
    browser.write("creatives-0-image_url", "https://cdn.example/ads/bonsai.svg")
    browser.write("creatives-0-landing_url", "https://shop.example/bonsai")


def pause(browser: Browser, name: str) -> None:
    browser.open(f"/admin/adops/lineitem/?q={name.replace(' ', '+')}")
    browser.tick("#result_list .action-select")
    browser.choose("action", "Pause the selected line items")
    browser.press(".actions button[name=index]")
    assert "1 is now paused." in browser.text(".messagelist")
    # The served version still has it.
    assert browser.texts("#result_list .state") == ["still served: not published"]


def state_of(browser: Browser, name: str) -> list[str]:
    browser.open(f"/admin/adops/lineitem/?q={name.replace(' ', '+')}")
    return browser.texts("#result_list .state")


def publish(browser: Browser) -> None:
    browser.open("/admin/publishing/publication/")
    browser.press("#publish-catalog")
    if browser.texts("#confirm-risks + label"):
        browser.tick("#confirm-risks")
    browser.press("#publish-previewed")


def ads(stack: Stack) -> set[str]:
    """The ids of the ads that the function behind the balancer gives the viewer."""
    answer = web.get(f"{stack.url}{ADS}?{urlencode(VIEWER)}")
    assert answer.status == 200
    assert answer.served_by == "lambda"
    return {slot["id"] for slot in answer.json["slots"]}


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    stopwatch = Stopwatch()
    while not is_so():
        waited = stopwatch.seconds()
        assert waited < SERVED_WITHIN_SECONDS, f"not {what} after {waited:.1f} s"
        time.sleep(0.1)
