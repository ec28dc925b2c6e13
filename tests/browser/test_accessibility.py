"""No page of the admin keeps people out: axe finds nothing of the levels A and AA, in both languages; the
keyboard reaches everything; a narrow screen shows everything.
"""

from collections.abc import Callable

import pytest
from selenium.webdriver.common.by import By

from accessible import barriers
from browser import Browser

LINE_ITEMS = "/admin/adops/lineitem/"
# Pages that no list of the home page leads to. Add a page of an app here.
MORE_PAGES: tuple[str, ...] = ("/admin/password_change/",)
# What people have open all day.
MAIN_PAGES = ("/admin/", LINE_ITEMS, f"{LINE_ITEMS}add/", "/admin/publishing/publication/")


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
        for link in browser.driver.find_elements(By.CSS_SELECTOR, "#result_list th a")[:1]:
            change = str(link.get_dom_attribute("href"))
            found += [change, change.replace("/change/", "/history/")]
    return found


def found_on(browser: Browser, pages: list[str]) -> dict[str, list[str]]:
    found = {}
    for page in pages:
        browser.open(page)
        if barred := barriers(browser):
            found[page] = barred
    return found


def test_axe_finds_nothing_on_lists_and_forms(browser: Browser) -> None:
    pages = ["/admin/", *lists(browser), *MORE_PAGES]
    assert len(pages) > 20
    assert found_on(browser, pages) == {}
    browser.driver.delete_all_cookies()
    assert found_on(browser, ["/admin/login/"]) == {}


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "ko"])
def test_axe_finds_nothing_on_any_page(open_browser: Callable[[str], Browser], language: str) -> None:
    browser = open_browser(language)
    pages = ["/admin/", *lists(browser), *row_pages(browser), *MORE_PAGES]
    assert found_on(browser, pages) == {}
