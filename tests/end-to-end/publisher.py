"""The publisher's side of a stack: the admin's button, and what Django says of publications."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from lockfill import local_secrets, monolith, web
from lockfill.stack import Stack

HISTORY = "/admin/publishing/publication/"


@dataclass
class Publisher:
    """Publishes what Django's database holds."""

    stack: Stack

    def press_publish(self) -> None:
        """Presses the admin's button, as a browser does."""
        password = local_secrets.read(monolith.ADMIN_PASSWORD_SECRET)
        session = web.cookies(web.log_in(self.stack.url, monolith.ADMIN_USERNAME, password))
        page = f"{self.stack.url}{HISTORY}"
        token = session["csrftoken"]
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "cookie": f"csrftoken={token}; sessionid={session['sessionid']}",
            "origin": self.stack.url,
            "referer": page,
        }
        form = urlencode({"csrfmiddlewaretoken": token})
        answer = web.request("POST", f"{page}publish/", headers, form)
        assert (answer.status, answer.headers["location"]) == (302, HISTORY)

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
