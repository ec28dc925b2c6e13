import json
import re
from importlib import import_module
from pathlib import Path

from django.test import SimpleTestCase, TestCase
from django.urls import URLPattern, resolve

from kernel.vocabulary.integers import BIRTH_YEAR_MIN
from members.models import Member
from members.profiles import INTERESTS_MAX
from points.dto import SPENDING_MAX, STATEMENT_LENGTH, STATEMENT_LENGTH_MAX
from points.models import PointsEntry
from rewards.models import Unlock

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "app-service.openapi.json"
PAGE = DOCUMENT.with_name("app-service.md")
PREFIXES = {
    "members": "/api/v1/app/",
    "points": "/api/v1/app/",
    "rewards": "/api/v1/app/",
    "devices": "/api/v1/app/devices/",
}
VERBS = {"get", "post", "put", "patch", "delete"}


class AppServiceDocumentTests(TestCase):
    """The document is complete. The API tests hold a running server to its content."""

    def setUp(self):
        self.document = json.loads(DOCUMENT.read_text())
        self.schemas = self.document["components"]["schemas"]

    def test_every_path_and_verb_is_described_and_no_other(self):
        described = {
            (verb, path)
            for path, operations in self.document["paths"].items()
            for verb in operations
            if verb in VERBS
        }
        self.assertEqual(described, set(served()))

    def test_the_page_for_people_lists_the_same_paths_and_verbs(self):
        rows = re.findall(r"^\| `(/\S+)` \| ([A-Z ]+) \|", PAGE.read_text(), flags=re.MULTILINE)
        listed = {(verb.lower(), f"/api/v1/app{path}") for path, verbs in rows for verb in verbs.split()}
        self.assertEqual(listed, set(served()))

    def test_limits_and_words_are_those_of_the_code(self):
        limit = self.document["paths"]["/api/v1/app/points/entries"]["get"]["parameters"][0]
        facts = (
            (limit["schema"]["maximum"], STATEMENT_LENGTH_MAX),
            (limit["schema"]["default"], STATEMENT_LENGTH),
            (self.schemas["Spending"]["properties"]["amount"]["maximum"], SPENDING_MAX),
            (self.schemas["Interests"]["maxItems"], INTERESTS_MAX),
            (self.schemas["BirthYear"]["minimum"], BIRTH_YEAR_MIN),
            (self.schemas["Gender"]["enum"], [*Member.Gender.values, None]),
            (self.schemas["Entry"]["properties"]["kind"]["enum"], PointsEntry.Kind.values),
            (self.schemas["Unlock"]["properties"]["outcome"]["enum"], Unlock.Outcome.values),
        )
        for described, actual in facts:
            self.assertEqual(described, actual)


def served() -> list[tuple[str, str]]:
    # Documents name a path without the slash at its end.
    return [
        (verb, (PREFIXES[app] + path_of(pattern)).removesuffix("/"))
        for app in PREFIXES
        for pattern in import_module(f"{app}.urls").urlpatterns
        for verb in VERBS
        if hasattr(pattern.callback.view_class, verb)
    ]


def path_of(pattern: URLPattern) -> str:
    # The pattern of the device settings is a regular expression, which accepts any device ID.
    return "{device_id}/settings" if pattern.name == "device-settings" else str(pattern.pattern)


class Slashes(SimpleTestCase):
    def test_every_path_of_the_app_may_end_with_a_slash(self) -> None:
        paths = ("members", "members/me", "points", "points/entries", "points/spendings", "rewards/unlocks")
        for name in (*paths, "devices/d-1/settings"):
            without, with_slash = resolve(f"/api/v1/app/{name}"), resolve(f"/api/v1/app/{name}/")
            self.assertIsNotNone(without.url_name, name)
            self.assertEqual(with_slash.url_name, without.url_name)
            self.assertEqual(with_slash.kwargs, without.kwargs)
