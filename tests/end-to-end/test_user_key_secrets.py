"""Names of users under secrets: both sides agree on them, and a new secret loses no count."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from device import CAPPED, ids, slot
from lockfill import monolith, web
from lockfill.processes import start
from lockfill.stack import Stack
from plain_functions import serve
from waiting import eventually

pytestmark = pytest.mark.alone

ADS = "/api/v1/allocation/ads"
OLD, NEW = "old-secret-" + "o" * 32, "new-secret-" + "n" * 32


@dataclass
class Sides:
    """A function, Django and the function of events, which all name users under the same secrets."""

    function: str
    django: str
    events: str

    def ads(self, base: str, user: str) -> list[str]:
        return ids(self._asked(base, user))

    def show(self, user: str) -> None:
        """Shows the capped line item as often as a day allows."""
        (cap,) = slot(self._asked(self.function, user), CAPPED)["caps"]
        for _ in range(cap["limit"]):
            shown = slot(self._asked(self.function, user), CAPPED)
            link = urlsplit(shown["tracking"]["impression_url"]).path
            assert web.get(self.events + link).headers["content-type"] == "image/gif"

    def _asked(self, base: str, user: str) -> dict[str, object]:
        query = urlencode({"unit_id": "1001", "user_id": user, "country": "KR", "count": 50})
        answer = web.get(f"{base}{ADS}?{query}")
        assert (answer.status, answer.headers["x-lockfill-degraded"]) == (200, None), answer.body
        document: dict[str, object] = answer.json
        return document


@contextmanager
def named_under(stack: Stack, folder: Path, secrets: str) -> Iterator[Sides]:
    variables = {"LOCKFILL_USER_KEY_SECRETS": secrets}
    with ExitStack() as running:
        urls = [
            running.enter_context(serve(stack, name, folder, variables)).url for name in ("ads", "events")
        ]
        env = {**stack.django_environment(), **variables}
        child = start("gunicorn", monolith.command(monolith.python()), folder / "gunicorn.log", env)
        running.callback(child.stop)
        django = child.wait_for_line("Listening at: ")

        def have_loaded() -> bool:
            text = child.log.read_text()
            return 0 < text.count("Booting worker") == text.count("Serving version")

        eventually("each of Django's processes has a catalog", have_loaded, 20)
        yield Sides(urls[0], django, urls[1])


def test_a_new_secret_loses_no_count_until_the_old_one_is_dropped(
    stack: Stack, tmp_path: Path, user: str
) -> None:
    with named_under(stack, tmp_path, OLD) as before:
        assert CAPPED in before.ads(before.django, user)
        before.show(user)
        for side in (before.function, before.django):
            assert CAPPED not in before.ads(side, user)
    with named_under(stack, tmp_path, f"{NEW},{OLD}") as rotating:
        for side in (rotating.function, rotating.django):
            assert CAPPED not in rotating.ads(side, user)
        rotating.show(f"{user}-2")
        for side in (rotating.function, rotating.django):
            assert CAPPED not in rotating.ads(side, f"{user}-2")
    with named_under(stack, tmp_path, NEW) as after:
        for side in (after.function, after.django):
            # Counted under the new name, and what was counted under the old one is forgotten.
            assert CAPPED not in after.ads(side, f"{user}-2")
            assert CAPPED in after.ads(side, user)
