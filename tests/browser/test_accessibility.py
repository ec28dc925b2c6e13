"""No page of the admin keeps people out: axe finds nothing of the levels A and AA, in both languages; the
keyboard reaches everything; a narrow screen shows everything.
"""

from collections.abc import Callable, Iterator

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from accessible import barriers
from browser import Browser
from lockfill.stack import Stack

LINE_ITEMS = "/admin/adops/lineitem/"
PHONE = "rows=published&allocation=lockscreen&unit=1001&user_id=preview"
# Reports, questions, and what a publication changes.
ASKED_PAGES = (
    "/admin/reports/deliveryreport/?group=line_item",
    "/admin/reports/requestreport/",
    "/admin/publishing/publication/preview/",
    f"/admin/inspection/preview/?{PHONE}",
)
# Pages that no list of the home page leads to. Add a page of an app here.
MORE_PAGES: tuple[str, ...] = (
    *ASKED_PAGES,
    "/admin/password_change/",
    "/admin/reports/deliveryreport/?group=day",
    "/admin/reports/deliveryreport/?first=2026-02-01&last=2026-01-01",
    "/admin/webhooks/endpoint/add/",
)
# What people have open all day.
MAIN_PAGES = ("/admin/", LINE_ITEMS, f"{LINE_ITEMS}add/", "/admin/publishing/publication/")
# How far the tests go with the keyboard, in inputs and links.
STOPS = 25
# In pixels: a column is as wide as its widest cell, and a page has a scroll bar or none.
MOVED_MAX = 20
NEXT_STOP = """
const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
const all = [...document.querySelectorAll("*")];
return {name: one.name || one.textContent.trim().slice(0, 30), place: all.indexOf(one),
  outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
  seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight};
"""


def lists(browser: Browser) -> list[str]:
    """The list of each model that the home page names."""
    browser.open("/admin/")
    links = browser.driver.find_elements(By.CSS_SELECTOR, "#content-main .module table a")
    return sorted({str(link.get_dom_attribute("href")) for link in links})


def row_pages(browser: Browser) -> list[str]:
    """The page of the first row of each list, and its history."""
    found = []
    for page in lists(browser):
        if page.endswith("/add/"):
            continue
        browser.open(page)
        for link in browser.driver.find_elements(By.CSS_SELECTOR, "#result_list tbody th a")[:1]:
            change = str(link.get_dom_attribute("href"))
            found += [change, change.replace("/change/", "/history/")]
    return found


def asked_pages(browser: Browser) -> list[str]:
    """The pages of questions about one line item."""
    browser.open(LINE_ITEMS)
    why_not = str(browser.find("#result_list .field-why_not a").get_dom_attribute("href"))
    return [f"{why_not}?{PHONE}", f"{why_not}forecast/"]


def found_on(browser: Browser, pages: list[str]) -> dict[str, list[str]]:
    found = {}
    for page in pages:
        browser.open(page)
        if barred := barriers(browser):
            found[page] = barred
    return found


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "ko"])
def test_axe_finds_nothing_on_any_page(open_browser: Callable[[str], Browser], language: str) -> None:
    browser = open_browser(language)
    pages = ["/admin/", *lists(browser), *row_pages(browser), *asked_pages(browser), *MORE_PAGES]
    assert len(pages) > 40
    assert found_on(browser, pages) == {}


def test_axe_finds_nothing_on_reports_questions_publications_and_webhooks(
    open_browser: Callable[[str], Browser],
) -> None:
    browser = open_browser("ko")
    assert found_on(browser, [*ASKED_PAGES, *asked_pages(browser)]) == {}
    # The page of a secret is no page of its own. The endpoint is off: nothing is sent to it.
    browser.open("/admin/webhooks/endpoint/add/")
    browser.write("name", "axe")
    browser.write("url", "https://hooks.example.com/")
    browser.tick("[name=types][value='flight.ended']")
    browser.tick("[name=is_active]")
    browser.press("[name=_save]")
    assert browser.text("#secret").startswith("whsec_")
    assert barriers(browser) == []


@pytest.fixture
def no_preference(stack: Stack) -> Iterator[None]:
    """Forgets the chosen language after the test: the other tests have the browser's."""
    yield
    code = "from accounts.models import Preference; Preference.objects.all().delete()"
    stack.manage("shell", "--verbosity=0", "--command", code)


@pytest.mark.usefixtures("no_preference")
def test_axe_finds_nothing_on_the_main_pages_and_the_language_is_switched(browser: Browser) -> None:
    # In English a narrow screen shows the main pages to axe, and `--full` all pages in both languages.
    for language, name, pages in (("ko", "한국어", MAIN_PAGES), ("en", "English", MAIN_PAGES[:1])):
        browser.open("/admin/")
        browser.press(f"#language-switch [value={language}]")
        assert browser.find("html").get_attribute("lang") == language
        assert browser.text("#language-switch [aria-current=true]") == name
        assert found_on(browser, list(pages)) == {}
    browser.driver.delete_all_cookies()
    assert found_on(browser, ["/admin/login/"]) == {}


def test_the_keyboard_skips_to_the_content_and_shows_where_it_is(browser: Browser) -> None:
    browser.open("/admin/")
    browser.key(Keys.TAB)
    assert browser.focused().get_attribute("class") == "skip-to-content-link"
    browser.key(Keys.ENTER)
    assert browser.focused().get_attribute("id") == "content-start"
    # The admin puts the keyboard into the form. Each stop is further down, is seen, and has an outline.
    browser.open(f"{LINE_ITEMS}add/")
    browser.key(Keys.TAB)
    stops = []
    for _ in range(STOPS):
        browser.key(Keys.TAB)
        stops.append(browser.driver.execute_script(NEXT_STOP))  # type: ignore[no-untyped-call]
    assert [stop for stop in stops if not stop["outlined"] or not stop["seen"]] == []
    places = [stop["place"] for stop in stops]
    assert places == sorted(set(places))
    assert "name" in [stop["name"] for stop in stops]


def test_a_screen_of_390_pixels_shows_pages_without_scrolling_sideways(browser: Browser) -> None:
    browser.narrow(390)
    for page in (*MAIN_PAGES, "/admin/adops/creative/"):
        browser.open(page)
        widths = browser.driver.execute_script("return [document.documentElement.scrollWidth, innerWidth]")  # type: ignore[no-untyped-call]
        assert widths[0] <= widths[1], (page, widths)
        assert barriers(browser) == [], page


def test_a_long_name_moves_no_column(browser: Browser, stack: Stack) -> None:
    browser.open(LINE_ITEMS)
    before = column_places(browser)
    name = rename_first(stack, "")
    try:
        for long in ("x" * 200, "가나다라" * 50, "W" * 200):
            rename_first(stack, long)
            browser.open(LINE_ITEMS)
            assert long[:20] in "".join(browser.texts("#result_list .field-name"))
            after = column_places(browser)
            moved = {column: (place, after[column]) for column, place in before.items()}
            assert {
                column: ends for column, ends in moved.items() if abs(ends[0] - ends[1]) > MOVED_MAX
            } == {}
    finally:
        rename_first(stack, name)


def rename_first(stack: Stack, name: str) -> str:
    """Gives the first row of the list of line items a name, unless it is empty. The name before."""
    code = "from adops.models import LineItem; row = LineItem.objects.first(); print(row.name)"
    if name:
        code += f"; row.name = {name!r}; row.save()"
    return stack.manage("shell", "--verbosity=0", "--command", code).strip()


def column_places(browser: Browser) -> dict[str, float]:
    """Where each column of a list begins, in pixels."""
    return browser.driver.execute_script(  # type: ignore[no-untyped-call, no-any-return]
        "return Object.fromEntries([...document.querySelectorAll('#result_list thead th')]"
        ".map((cell) => [cell.className.split(' ').at(-1), cell.getBoundingClientRect().left]))"
    )
