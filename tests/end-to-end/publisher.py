"""The publisher's side of a stack: the admin's button, and what Django says of publications."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from lockfill.publish_button import PublishButton
from lockfill.stack import Stack


@dataclass
class Publisher:
    """Publishes what Django's database holds."""

    stack: Stack

    def press_publish(self) -> None:
        """Presses the admin's button, as a browser does."""
        PublishButton(self.stack.url).press()

    def run_in_django(self, code: str) -> str:
        return self.stack.manage("shell", "--verbosity=0", "--command", code)

    def publications(self) -> list[dict[str, Any]]:
        """The history, newest first."""
        return [json.loads(line) for line in self.stack.manage("publications", "--json").splitlines()]

    def progress(self) -> tuple[str, str]:
        """State and step of the newest publication."""
        with sqlite3.connect(self.stack.folder / "monolith.sqlite3") as database:
            query = "SELECT state, step FROM publishing_publication ORDER BY id DESC LIMIT 1"
            state, step = database.execute(query).fetchone()
        return state, step
