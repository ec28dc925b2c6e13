"""What an ad-ops person does in a day, in the language of their browser."""

import csv
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode

from selenium.webdriver.support.ui import Select

from accessible import barriers
from browser import Browser
from lockfill import web
from lockfill.stack import Stack
from lockfill.stopwatch import Stopwatch
from screenshots import keep

IMPRESSIONS, CLICKS = 200, 20
# At 5,000 won a thousand impressions cost what the budget is.
PRICE, BUDGET = "5,000", "1,000"
ADVERTISER = "Tidepool"
# More than a phone waits: other programs use this machine, too.
WAIT_SECONDS = 20
_AT_ONCE = 4
_ADS = "/api/v1/allocation/ads"
# A click in the second of its answer is one of a bot.
_CLICK_AFTER_SECONDS = 2


@dataclass(frozen=True)
class Words:
    """What the pages say in a language."""

    added: str
    requested: str
    serving: str
    budget_spent: str
    spent: str
    # Of the question why an item is not shown.
    shown: str
    kept_out: str
    campaign_spent: str


WORDS = {
    "en": Words(
        "added",
        "is requested",
        "serving",
        "budget spent",
        "₩1,000",
        "It is shown at place",
        "It is not shown: 2 rules keep it out (Budget and goal, ",
        "the budget of the campaign is spent",
    ),
    "ko": Words(
        "추가",
        "요청",
        "집행 중",
        "예산 소진",
        "₩1,000",
        "번 자리에 나옵니다.",
        "나오지 않습니다. 조건 2개에 맞지 않습니다(예산과 목표, ",
        "캠페인 예산이 소진됨",
    ),
}


class Day:
    """One campaign with one line item, from the form to the end of its budget."""

    def __init__(self, stack: Stack, browser: Browser, language: str) -> None:
        self.stack, self.browser, self.words = stack, browser, WORDS[language]
        self.campaign, self.line_item = f"Day {language}", f"Morning {language}"
        # Users whom no other line item targets.
        self.interest = f"day-{language}"
        # Of the names of pictures.
        self.suffix = "" if language == "en" else f"-{language}"
        # In the catalog, and in addresses of the admin.
        self.public_id = self.key = ""

    def make_campaign(self) -> None:
        browser = self.browser
        browser.open("/admin/adops/campaign/add/")
        browser.write("name", self.campaign)
        browser.choose_by_search("advertiser", ADVERTISER)
        browser.write("starts_at_0", "2026-01-01")
        browser.write("starts_at_1", "00:00:00")
        browser.write("budget_micros", BUDGET)
        self._choose("budget_currency", "KRW")
        self._choose("status", "active")
        browser.press("[name=_save]")

    def make_line_item(self) -> None:
        """With a goal and a creative."""
        browser = self.browser
        browser.open("/admin/adops/lineitem/add/")
        browser.write("name", self.line_item)
        browser.choose_by_search("campaign", self.campaign)
        self._choose("status", "active")
        self._choose("tier", "sponsorship")
        browser.write("price_micros", PRICE)
        self._choose("currency", "KRW")
        browser.write("goal_count", "10,000")
        self._choose("goal_kind", "impressions")
        self._choose("delivery", "asap")
        browser.write("dayparts", "daily 00-24")
        browser.write("targeting_interests_any", self.interest)
        browser.tick("[name=targeting_units_allow][value='1001']")
        browser.tick("#creatives-group .add-row a")
        browser.write("creatives-0-title", "A tree for your desk")
        browser.write("creatives-0-image_url", "https://cdn.example/ads/day.svg")
        browser.write("creatives-0-landing_url", "https://shop.example/day")
        browser.press("[name=_continue]")
        self.public_id = browser.text(".field-public_id .readonly")
        self.key = browser.driver.current_url.rstrip("/").split("/")[-2]

    def publish_with_its_preview(self) -> None:
        browser = self.browser
        browser.open("/admin/publishing/publication/")
        browser.press("#publish-catalog")
        previewed = browser.text("#preview-changes")
        assert self.words.added in previewed
        for name in (self.campaign, self.line_item, "A tree for your desk"):
            assert name in previewed
        barred = barriers(browser)
        assert not barred, barred
        keep(f"publication-preview{self.suffix}", browser)
        browser.press("#publish-previewed")
        assert self.words.requested in browser.text(".messagelist")
        eventually("served", lambda: self.public_id in self._ads("first"))

    def is_serving(self) -> bool:
        return self._cell("lineitem", self.line_item, "live_state") == self.words.serving

    def require_shown(self) -> None:
        """The question why the ad is not shown has the answer that it is."""
        self._ask_why_not()
        told = self.browser.text("#outcome")
        assert self.words.shown in told, told

    def deliver(self) -> None:
        """Phones show the ad and report it by the links of their answers; some users tap it."""
        with ThreadPoolExecutor(_AT_ONCE) as phones:
            links = list(phones.map(self._show, range(IMPRESSIONS)))
            time.sleep(_CLICK_AFTER_SECONDS)
            tapped = list(phones.map(self._follow, links[:CLICKS]))
        assert tapped == ["yes"] * CLICKS

    def require_numbers(self) -> None:
        """Every place that shows what was delivered says the same."""
        for numbers in self._numbers():
            assert numbers == {
                "impressions": f"{IMPRESSIONS:,}",
                "clicks": f"{CLICKS:,}",
                "spent": self.words.spent,
            }

    def require_spent(self) -> None:
        """The budget is spent: nothing is served, and the lists say why."""
        eventually("not served any more", lambda: self.public_id not in self._ads("last"))
        assert self._cell("campaign", self.campaign, "live_state") == self.words.budget_spent
        assert self._cell("lineitem", self.line_item, "live_state") == self.words.budget_spent
        assert self._cell("campaign", self.campaign, "remaining") == "₩0"
        self._ask_why_not()
        told = self.browser.text("#outcome")
        # Its gate is closed, too.
        assert told.startswith(self.words.kept_out), told
        assert self.words.campaign_spent in self.browser.text("#failed [data-rule=budget]")
        keep(f"why-not{self.suffix}", self.browser)

    def _ask_why_not(self) -> None:
        """Asks it of a phone that the line item is for."""
        phone = {"rows": "published", "allocation": "ads", "unit": "1001", "country": "KR"}
        asked = {**phone, "user_id": f"{self.interest}-asked", "interests": self.interest}
        self.browser.open(f"/admin/inspection/line-items/{self.key}/?{urlencode(asked)}")

    def _numbers(self) -> Iterator[dict[str, str]]:
        """From the lists of line items and of campaigns, from the report, and from its file."""
        for kind, name in (("lineitem", self.line_item), ("campaign", self.campaign)):
            yield {column: self._cell(kind, name, column) for column in ("impressions", "clicks", "spent")}
        browser = self.browser
        browser.open(
            f"/admin/reports/deliveryreport/?{urlencode({'group': 'line_item', 'line_item': self.key})}"
        )
        header, *rows = self._csv(browser.find(".report-files a").get_attribute("href") or "")
        ((*row,),) = rows
        shown = browser.texts("#report-delivery-table tbody tr > *")
        assert row[1] == shown[1] == self.public_id
        places = {"impressions": "impressions", "clicks": "clicks", "spent": "spend_KRW"}
        yield {name: shown[header.index(column)] for name, column in places.items()}
        # As programs read it: an amount without its sign.
        written = {name: f"{int(row[header.index(column)]):,}" for name, column in places.items()}
        yield {**written, "spent": f"₩{written['spent']}"}

    def _csv(self, address: str) -> list[list[str]]:
        """A file that the browser would save."""
        cookies = "; ".join(f"{each['name']}={each['value']}" for each in self.browser.driver.get_cookies())
        answer = web.get(address, cookie=cookies)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        return list(csv.reader(answer.body.decode("utf-8-sig").splitlines()))

    def _cell(self, kind: str, name: str, column: str) -> str:
        self.browser.open(f"/admin/adops/{kind}/?{urlencode({'q': name})}")
        return self.browser.text(f"#result_list .field-{column}")

    def _show(self, number: int) -> str:
        """One phone's answer, whose ad is shown; the link of a tap on it."""
        slots: dict[str, dict[str, dict[str, str]]] = {}

        def has_ad() -> bool:
            slots.update({str(slot["id"]): slot for slot in self._slots(f"{self.interest}-{number}")})
            return self.public_id in slots

        # An environment of the function that has not looked since serves the version of before.
        eventually("served to each phone", has_ad)
        tracking = slots[self.public_id]["tracking"]
        assert self._follow(tracking["impression_url"]) == "yes"
        return str(tracking["click_url"])

    def _follow(self, link: str) -> str | None:
        return web.get(link, user_agent="Mozilla/5.0 (Linux; Android 14) Mobile").headers[
            "x-lockfill-recorded"
        ]

    def _ads(self, user: str) -> set[str]:
        return {slot["id"] for slot in self._slots(f"{self.interest}-{user}")}

    def _slots(self, user: str) -> list[dict[str, dict[str, str]]]:
        query = {
            "unit_id": "1001",
            "user_id": user,
            "country": "KR",
            "count": "20",
            "interests": self.interest,
        }
        answer = web.get(f"{self.stack.url}{_ADS}?{urlencode(query)}")
        assert (answer.status, answer.served_by) == (200, "lambda")
        slots: list[dict[str, dict[str, str]]] = answer.json["slots"]
        return slots

    def _choose(self, name: str, value: str) -> None:
        """By its value: the text is another one in each language."""
        Select(self.browser.find(f"[name='{name}']")).select_by_value(value)


def eventually(what: str, is_so: Callable[[], bool]) -> None:
    stopwatch = Stopwatch()
    while not is_so():
        assert stopwatch.seconds() < WAIT_SECONDS, f"not {what} after {WAIT_SECONDS} s"
        time.sleep(0.1)
