"""A person with a browser: makes a campaign, publishes it, sees it served by the Rust function, and takes it
away again. `scripts/test --only browser` runs this.

With LOCKFILL_SCREENSHOTS=FOLDER it also keeps the pictures that the documentation shows.
"""

import os
import shutil
import tempfile
import time
import unittest
from pathlib import Path
from urllib.parse import urlencode

from browser import Browser
from images import ImageHost

from lockfill import LOCAL, debian, local_secrets, monolith, web
from lockfill.stack import Stack

FOLDERS = LOCAL / "test" / "browser"
# From the button to the function's answer.
SERVED_WITHIN_SECONDS = 5
ADS = "/api/v1/allocation/ads"
# Sees the ads of the campaign, and of sponsorships before all others.
VIEWER = {"unit_id": "1001", "user_id": "u-browser", "country": "KR", "count": "20", "interests": "bonsai"}
SCREENSHOTS = os.environ.get("LOCKFILL_SCREENSHOTS", "")


class AdOperationsTests(unittest.TestCase):
    stack: Stack
    images: ImageHost

    @classmethod
    def setUpClass(cls) -> None:
        try:
            debian.install("chromium", "chromium-driver", "fonts-nanum")
        except debian.Unavailable as error:
            raise unittest.SkipTest(f"NO BROWSER, SO THE ADMIN IS NOT TRIED IN ONE: {error}") from None
        FOLDERS.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=FOLDERS))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.stack = Stack(folder, quiet=True)
        cls.addClassCleanup(cls.stack.stop)
        cls.stack.start()
        cls.images = ImageHost()
        cls.addClassCleanup(cls.images.close)

    def setUp(self) -> None:
        self.browser = self.new_browser()

    def new_browser(self, language: str = "en") -> Browser:
        browser = Browser(self.stack.url, self.images.address, language)
        self.addCleanup(browser.close)
        browser.log_in(monolith.ADMIN_USERNAME, local_secrets.read(monolith.ADMIN_PASSWORD_SECRET))
        return browser

    def test_a_campaign_is_made_published_served_paused_and_gone(self):
        self.make_campaign("Bonsai week", "100000")
        public_id = self.make_line_item("Bonsai friends", campaign="Bonsai week")
        self.assertNotIn(public_id, self.ads())

        self.publish()
        self.wait_until(lambda: public_id in self.ads(), "served")
        self.keep("line-items", self.browser, "/admin/adops/lineitem/")

        self.pause("Bonsai friends")
        self.publish()
        self.wait_until(lambda: public_id not in self.ads(), "gone")

    def test_a_form_with_a_mistake_says_so_at_the_field_and_keeps_what_was_typed(self):
        self.browser.open("/admin/adops/lineitem/add/")
        self.browser.write("name", "Half a line item")
        self.browser.write("targeting_countries_allow", "Korea")
        self.browser.press("[name=_save]")
        error = self.browser.text("#id_targeting_countries_allow_error")
        self.assertIn("is not a two-letter country code", error)
        typed = self.browser.find("[name=targeting_countries_allow]").get_attribute("value")
        self.assertEqual(typed, "Korea")

    def test_the_admin_speaks_korean_to_who_reads_korean(self):
        korean = self.new_browser("ko")
        korean.open("/admin/adops/lineitem/")
        self.assertIn("집행 중", korean.texts("#result_list .state"))
        self.assertIn("광고 항목", korean.text("h1"))
        self.keep("line-items-ko", korean, "/admin/adops/lineitem/")
        korean.open("/admin/adops/lineitem/add/")
        self.assertIn("국가", korean.text(".field-targeting_countries_allow"))

    def make_campaign(self, name: str, budget: str) -> None:
        browser = self.browser
        browser.open("/admin/adops/campaign/add/")
        browser.write("name", name)
        browser.choose_by_search("advertiser", "Tidepool")
        browser.write("starts_at_0", "2026-01-01")
        browser.write("starts_at_1", "00:00:00")
        browser.write("budget_micros", budget)
        browser.choose("budget_currency", "KRW")
        browser.write("caps_day", "50")
        browser.press("[name=_save]")
        self.assertIn("was added successfully", browser.text(".messagelist"))

    def make_line_item(self, name: str, campaign: str) -> str:
        """Fills in the form as a person would; the new line item's id."""
        browser = self.browser
        browser.open("/admin/adops/lineitem/add/")
        browser.write("name", name)
        browser.choose_by_search("campaign", campaign)
        browser.choose("tier", "sponsorship")
        browser.write("price_micros", "5,000")
        browser.choose("currency", "KRW")
        browser.write("dayparts", "daily 00-24")
        browser.write("caps_day", "20")
        browser.write("targeting_countries_allow", "KR")
        browser.write("targeting_ages", "")
        browser.write("targeting_interests_any", "bonsai, gardening")
        browser.tick("[name=targeting_units_allow][value='1001']")
        self.add_creative()
        browser.press("[name=_continue]")
        self.assertEqual(browser.texts(".messagelist .warning"), [])
        self.assertIn("was added successfully", browser.text(".messagelist"))
        self.wait_until(lambda: browser.has_image("img.preview"), "shown")
        self.keep("line-item", browser, "", height=2300)
        return browser.text(".field-public_id .readonly")

    def add_creative(self) -> None:
        self.browser.tick("#creatives-group .add-row a")
        self.browser.write("creatives-0-title", "A tree for your desk")
        self.browser.write("creatives-0-body", "Small, green, patient")
        self.browser.write("creatives-0-call_to_action", "See trees")
        self.browser.write("creatives-0-image_url", "https://cdn.example/ads/bonsai.svg")
        self.browser.write("creatives-0-landing_url", "https://shop.example/bonsai")

    def pause(self, name: str) -> None:
        browser = self.browser
        browser.open(f"/admin/adops/lineitem/?q={name.replace(' ', '+')}")
        browser.tick("#result_list .action-select")
        browser.choose("action", "Pause the selected line items")
        browser.press(".actions button[name=index]")
        self.assertIn("1 is now paused.", browser.text(".messagelist"))
        self.assertEqual(browser.texts("#result_list .state"), ["paused"])

    def publish(self) -> None:
        self.browser.open("/admin/publishing/publication/")
        self.browser.press("#publish-catalog")

    def ads(self) -> set[str]:
        """The ids of the ads that the function behind the balancer gives the viewer."""
        answer = web.get(f"{self.stack.url}{ADS}?{urlencode(VIEWER)}")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.served_by, "lambda")
        return {slot["id"] for slot in answer.json["slots"]}

    def wait_until(self, is_so, what: str) -> None:
        started = time.monotonic()
        while not is_so():
            waited = time.monotonic() - started
            self.assertLess(waited, SERVED_WITHIN_SECONDS, f"not {what} after {waited:.1f} s")
            time.sleep(0.1)

    def keep(self, name: str, browser: Browser, path: str, height: int = 1000) -> None:
        """Takes a picture, if pictures are wanted."""
        if SCREENSHOTS:
            if path:
                browser.open(path)
            browser.screenshot(Path(SCREENSHOTS).absolute() / f"{name}.png", height)


if __name__ == "__main__":
    unittest.main()
