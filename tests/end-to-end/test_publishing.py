"""From an edit in Django to what the functions serve."""

import json
import os
import signal
import sqlite3
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from lockfill import local_secrets, monolith, web
from support import CAPPED, EndToEnd, demo_catalog, eventually, ids, new_stack

HISTORY = "/admin/publishing/publication/"
# From the press of the button to the first answer with the new version.
SERVED_SECONDS = 5
# Enough rows that writing them can be interrupted.
MANY_CHANNELS = 6_000
# A worker that has said nothing for ten seconds is taken for dead.
TAKEOVER_SECONDS = 60
# Reads a catalog, of which a row is edited after the first was read; whether each reading has the edit.
READ_WHILE_EDITED = """
from adops.models import Content
from publishing.catalog import read_rows
reading = read_rows()
next(reading)
Content.objects.filter(public_id="ct-021").update(title="edited meanwhile")
print([any("edited meanwhile" in row.json for row in rows) for rows in (reading, read_rows())])
"""


class Publishing(EndToEnd):
    @classmethod
    def setUpClass(cls) -> None:
        cls.stack = new_stack()

    def version(self) -> int:
        return self.ask("ads", country="KR")["catalog_version"]

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
        self.assertEqual((answer.status, answer.headers["location"]), (302, HISTORY))

    def run_in_django(self, code: str) -> str:
        return self.stack.manage("shell", "--verbosity=0", "--command", code)

    def set_status(self, status: str) -> None:
        found = f"LineItem.objects.filter(public_id='{CAPPED}')"
        code = f"from adops.models import LineItem\n{found}.update(status='{status}')"
        self.run_in_django(code)

    def publications(self) -> list[dict[str, Any]]:
        """The history, newest first."""
        return [json.loads(line) for line in self.stack.manage("publications", "--json").splitlines()]

    def progress(self) -> tuple[str, str, int]:
        """State, step and rows of the newest publication."""
        with sqlite3.connect(self.stack.folder / "monolith.sqlite3") as database:
            query = "SELECT state, step, rows_total FROM publishing_publication ORDER BY id DESC LIMIT 1"
            return database.execute(query).fetchone()

    def test_a_pause_is_served_within_seconds_of_the_button(self) -> None:
        for status, is_served in (("paused", False), ("active", True)):
            self.set_status(status)
            before = self.version()
            self.assertNotEqual(CAPPED in ids(self.ask("ads", country="KR")), is_served)
            pressed = time.monotonic()
            self.press_publish()
            eventually("the next version is served", lambda: self.version() > before, SERVED_SECONDS)  # noqa: B023
            seconds = time.monotonic() - pressed
            self.assertLess(seconds, SERVED_SECONDS)
            self.assertEqual(CAPPED in ids(self.ask("ads", country="KR")), is_served)

    def test_a_catalog_is_read_as_of_one_moment_and_keeps_nobody_from_editing(self) -> None:
        self.assertEqual(self.run_in_django(READ_WHILE_EDITED).strip(), "[False, True]")

    def test_a_publisher_killed_while_it_writes_changes_nothing_and_the_next_takes_over(self) -> None:
        catalog = demo_catalog()
        channels = [{"id": f"ch-{n}", "name": "a channel"} for n in range(1_000, 1_000 + MANY_CHANNELS)]
        large = Path(self.stack.folder, "large.json")
        large.write_text(json.dumps({**catalog, "channels": catalog["channels"] + channels}))
        self.stack.manage("import_catalog", large)
        before = self.version()
        self.press_publish()
        eventually("it writes", lambda: self.progress()[:2] == ("publishing", "writing"), 60)
        os.kill(self.stack.children["publish-worker"].process.pid, signal.SIGKILL)
        time.sleep(2)
        self.assertEqual(self.progress()[:2], ("publishing", "writing"), "it could say no more")
        self.assertEqual(self.version(), before)

        self.stack.restart_publish_worker()

        eventually("the next version is served", lambda: self.version() > before, TAKEOVER_SECONDS)
        eventually("it is finished", lambda: self.progress()[0] == "published")
        successor, interrupted = self.publications()[:2]
        self.assertEqual((successor["trigger"], successor["version"]), ("takeover", before + 1))
        self.assertEqual(successor["changes"]["channel"]["added"], MANY_CHANNELS)
        self.assertEqual(interrupted["state"], "failed")
        self.assertIn("interrupted while writing", interrupted["problems"][0])
        self.assertIn(f"#{successor['publication']} takes over", interrupted["problems"][0])
