"""What keeps people from using a page, as axe finds it: https://github.com/dequelabs/axe-core.

axe finds a part of all barriers: labels, contrasts, names, structure. What it cannot see, tests try with the
keyboard.
"""

from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from browser import Browser

# The rules of WCAG 2.0, 2.1 and 2.2 of the levels A and AA.
_LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN = """
const [levels, done] = arguments;
axe.run(document, {runOnly: {type: "tag", values: levels}, resultTypes: ["violations"]})
  .then((found) => done(found.violations)).catch((error) => done([{id: String(error), nodes: []}]));
"""
# A page of many inputs takes a second on a quiet machine.
_SECONDS_MAX = 120
# Of one rule on one page; the same mistake is often in each row.
_PLACES_MAX = 3
# The package is for another driver of browsers; what it is wanted for is this file.
_SCRIPT = Path(
    str(distribution("axe-playwright-python").locate_file("axe_playwright_python/axe.min.js"))
).read_text("utf-8")


def barriers(browser: Browser) -> list[str]:
    """Each rule that the open page violates, with the first places."""
    browser.driver.set_script_timeout(_SECONDS_MAX)
    browser.driver.execute_script(_SCRIPT)  # type: ignore[no-untyped-call]
    found: list[dict[str, Any]] = browser.driver.execute_async_script(_RUN, _LEVELS)  # type: ignore[no-untyped-call]
    return [_line(violation) for violation in found]


def _line(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    places = [f"{node['html'][:160]} ({node['failureSummary'][:300]})" for node in nodes[:_PLACES_MAX]]
    return f"{violation['id']} {len(nodes)} times: " + " | ".join(places)
