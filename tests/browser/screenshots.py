"""The pictures that the documentation shows, taken where LOCKFILL_SCREENSHOTS names a folder for them."""

import os
from pathlib import Path

from browser import HEIGHT, Browser

FOLDER = os.environ.get("LOCKFILL_SCREENSHOTS", "")


def keep(name: str, browser: Browser, path: str = "", height: int = HEIGHT) -> None:
    """Takes a picture of a page, of the one that is open by default, if pictures are wanted."""
    if FOLDER:
        if path:
            browser.open(path)
        browser.screenshot(Path(FOLDER).absolute() / f"{name}.png", height)
