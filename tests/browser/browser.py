"""Debian's Chromium without a window, and what a person does with it."""

import contextlib
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from lockfill import debian

# The fonts have Korean letters.
PACKAGES = ("chromium", "chromium-driver", "fonts-nanum")
WAIT_SECONDS = 20
# So much of a page is told where something is missing.
_SHOWN_MAX = 1_000
WIDTH, HEIGHT = 1480, 1000


class Browser:
    """One browser, with its profile in a folder. `close` ends it.

    It finds every host but this machine's address at `image_host`, so that it asks nothing of the internet.
    """

    def __init__(
        self, packages: debian.Packages, base_url: str, image_host: str, profile: Path, language: str
    ) -> None:
        self.base_url = base_url
        options = webdriver.ChromeOptions()
        options.binary_location = str(packages.program("chromium"))
        for argument in (
            "--headless=new",
            # Containers give a browser neither user namespaces nor much shared memory. It opens no page but
            # this project's.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            f"--window-size={WIDTH},{HEIGHT}",
            f"--lang={language}",
            f"--user-data-dir={profile}",
            f"--host-resolver-rules=MAP * {image_host}, EXCLUDE 127.0.0.1",
            "--ignore-certificate-errors",
        ):
            options.add_argument(argument)
        options.add_experimental_option("prefs", {"intl.accept_languages": language})
        # The zone of the demonstration's users, as the admin has it.
        env = {**packages.environment(), "TZ": "Asia/Seoul"}
        service = webdriver.ChromeService(str(packages.program("chromedriver")), env=env)
        self.driver = webdriver.Chrome(options=options, service=service)

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.driver.quit()

    def open(self, path: str) -> None:
        self.driver.get(f"{self.base_url}{path}")

    def log_in(self, username: str, password: str) -> None:
        self.open("/admin/")
        self.write("username", username)
        self.write("password", password)
        self.press("input[type=submit]")

    def find(self, selector: str) -> WebElement:
        try:
            return WebDriverWait(self.driver, WAIT_SECONDS).until(
                lambda driver: driver.find_element(By.CSS_SELECTOR, selector)
            )
        except TimeoutException as error:
            shown = self.driver.find_element(By.TAG_NAME, "html").text[:_SHOWN_MAX]
            told = f"no {selector} at {self.driver.current_url}, which shows:\n{shown}"
            raise AssertionError(told) from error

    def texts(self, selector: str) -> list[str]:
        return [found.text for found in self.driver.find_elements(By.CSS_SELECTOR, selector)]

    def text(self, selector: str) -> str:
        return self.find(selector).text

    def press(self, selector: str) -> None:
        """Clicks on an element, and waits for the page that it leads to."""
        page = self.find("html")
        self._click(self.find(selector))
        WebDriverWait(self.driver, WAIT_SECONDS).until(lambda _driver: _is_gone(page))
        self.find("body")

    def tick(self, selector: str) -> None:
        """Clicks on an element that leads to no other page."""
        self._click(self.find(selector))

    def write(self, name: str, text: str) -> None:
        field = self.find(f"[name='{name}']")
        field.clear()
        field.send_keys(text)

    def choose(self, name: str, text: str) -> None:
        Select(self.find(f"[name='{name}']")).select_by_visible_text(text)

    def choose_by_search(self, name: str, text: str) -> None:
        """Types into one of the admin's searching selects and takes the first option with the text."""
        self.find(f".field-{name} .select2-selection").click()
        self.find(".select2-search__field").send_keys(text)
        options = f"#select2-id_{name}-results .select2-results__option"
        waiting = WebDriverWait(self.driver, WAIT_SECONDS, ignored_exceptions=[WebDriverException])

        # Options are listed anew during the search: one that is gone before its click is found again.
        def take(driver: webdriver.Chrome) -> bool:
            found = [o for o in driver.find_elements(By.CSS_SELECTOR, options) if text in o.text]
            if found:
                found[0].click()
            return bool(found)

        waiting.until(take)

    def has_image(self, selector: str) -> bool:
        """Whether an image was fetched and could be shown; the browser fetches it once it is in sight."""
        script = "arguments[0].scrollIntoView(); return arguments[0].naturalWidth > 0"
        return bool(self.driver.execute_script(script, self.find(selector)))

    def screenshot(self, path: Path, height: int = HEIGHT) -> None:
        self.driver.set_window_size(WIDTH, height)
        self.driver.execute_script("window.scrollTo(0, 0)")
        self.driver.save_screenshot(str(path))
        self.driver.set_window_size(WIDTH, HEIGHT)

    def key(self, key: str) -> None:
        """Presses a key where the keyboard is."""
        ActionChains(self.driver).send_keys(key).perform()

    def focused(self) -> WebElement:
        return self.driver.switch_to.active_element

    def narrow(self, width: int) -> None:
        """Gives pages as little room as a phone does. Chromium has no window as narrow as that."""
        screen = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": True}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)

    def _click(self, element: WebElement) -> None:
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()


def _is_gone(page: WebElement) -> bool:
    try:
        page.is_enabled()
    except Exception:
        return True
    return False
