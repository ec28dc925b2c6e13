import json
import tempfile
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command
from django.test import TestCase

from adops.models import Channel, LineItem, Status, Unit
from adops.selectors.learned_rates import PRIOR_CTR_PPM
from kernel.kinds import EDITED_KINDS
from kernel.tests.programs import REPOSITORY
from publishing import catalog
from publishing.checks import UnservableCatalog
from publishing.models import CatalogChange
from publishing.services.importing import import_catalog
from publishing.tests.catalog import share_one_connection, small_catalog

DEMO = REPOSITORY / "infra" / "demo" / "catalog.json"
# The defaults of members by kind. Rows may name them or leave them out.
DEFAULTS: dict[str, dict[str, Any]] = {
    "units": {"floor_price_micros": 0, "content_rating": "everyone"},
    "line_items": {"cap_kind": "soft", "minimum_interval_seconds": 0, "rating": "everyone"},
    "creatives": {"body": "", "call_to_action": "", "weight": 1},
    "contents": {"rating": "everyone"},
    "rates": {"cvr_ppm": 0},
}


def exported() -> dict[str, list[dict[str, Any]]]:
    document: dict[str, list[dict[str, Any]]] = {kind.field: [] for kind in EDITED_KINDS}
    fields = {kind.name: kind.field for kind in EDITED_KINDS}
    for row in catalog.read_rows():
        document[fields[row.kind]].append(json.loads(row.json))
    return document


def plain(document: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Rows by key, with every default, times in UTC, and in no order. A click of which nothing was
    typed or learned is published with the rate of before any history.
    """
    by_key = {}
    for kind in EDITED_KINDS:
        for row in document.get(kind.field, []):
            whole = {**DEFAULTS.get(kind.field, {}), **row}
            if row.get("pricing") == "cpc":
                whole.setdefault("default_ctr_ppm", PRIOR_CTR_PPM)
            if "mix" in row:
                whole["mix"] = {"first_slot": "any", "minimum_gap": 0, **row["mix"]}
            by_key[f"{kind.name}#{kind.key_of(row)}"] = {
                name: in_utc(value) if name.endswith("_at") else value
                for name, value in whole.items()
                if value not in (None, [], {}) or (name == "dayparts" and value is not None)
            }
    return by_key


def in_utc(text: str) -> str:
    from datetime import datetime, timezone

    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment.astimezone(timezone.utc).isoformat()


class ImportTests(TestCase):
    def setUp(self):
        share_one_connection(self)

    def test_what_is_imported_is_what_is_published(self):
        import_catalog(small_catalog())
        self.assertEqual(plain(exported()), plain(small_catalog()))

    def test_the_demonstration_catalog_comes_back_but_for_what_ended_long_ago(self):
        document = json.loads(DEMO.read_text())
        import_catalog(document)

        wanted, found = plain(document), plain(exported())

        ended = {"campaign#c-120", "line_item#li-1040", "line_item#li-1041", "content#ct-059"}
        self.assertLessEqual(ended, wanted.keys() - found.keys())
        self.assertEqual(found, {key: wanted[key] for key in found})
        self.assertLess(len(wanted) - len(found), 10)

    def test_rows_are_written_in_the_same_order_and_form_every_time(self):
        import_catalog(small_catalog())
        first = list(catalog.read_rows())
        import_catalog(small_catalog())
        self.assertEqual(list(catalog.read_rows()), first)

    def test_importing_again_changes_rows_by_id_and_keeps_the_others(self):
        import_catalog(small_catalog())
        Channel.objects.create(public_id="ch-other", name="other")
        keys = list(LineItem.objects.values_list("pk", flat=True))
        document = small_catalog()
        document["line_items"][0]["price_micros"] = 9
        document["rates"][0]["ctr_ppm"] = 6

        import_catalog(document)

        self.assertEqual(list(LineItem.objects.values_list("pk", flat=True)), keys)
        self.assertEqual(LineItem.objects.get().price_micros, 9)
        self.assertEqual(LineItem.objects.get().rates.get().ctr_ppm, 6)
        self.assertEqual(Channel.objects.count(), 2)

    def test_fields_that_operators_set_are_kept(self):
        import_catalog(small_catalog())
        LineItem.objects.update(status=Status.PAUSED)
        Unit.objects.update(name="Korea")

        import_catalog(small_catalog())

        self.assertEqual(LineItem.objects.get().status, Status.PAUSED)

    def test_a_field_that_is_not_known_here_is_left_out(self):
        document = small_catalog()
        document["line_items"][0]["mood"] = "sunny"
        document["line_items"][0]["spent_micros"] = 5
        import_catalog(document)
        self.assertEqual(exported()["line_items"], exported()["line_items"])
        self.assertNotIn("mood", exported()["line_items"][0])

    def test_a_catalog_with_one_wrong_row_changes_nothing(self):
        for field, name, value, problem in (
            ("contents", "channel_id", "ch-9", "content 'ct-1': channel_id: there is no channel"),
            ("channels", "name", "x" * 201, "channel 'ch-1': name: "),
        ):
            document = small_catalog()
            document[field][0][name] = value
            with self.subTest(problem), self.assertRaises(UnservableCatalog) as caught:
                import_catalog(document)
            self.assertTrue(str(caught.exception).startswith(problem), caught.exception)
            self.assertFalse(Unit.objects.exists() or CatalogChange.objects.exists())

    def test_an_import_waits_to_be_published(self):
        import_catalog(small_catalog())
        kinds = set(CatalogChange.objects.values_list("kind", flat=True))
        self.assertEqual(kinds, {kind.name for kind in EDITED_KINDS})


class ImportCommandTests(TestCase):
    def run_on(self, content: bytes, *options: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "catalog.json")
            file.write_bytes(content)
            output = StringIO()
            call_command("import_catalog", str(file), *options, stdout=output)
            return output.getvalue()

    def test_it_says_what_it_imported(self):
        said = self.run_on(json.dumps(small_catalog()).encode())
        self.assertTrue(said.startswith("imported 1 unit, 1 exchange rate, 1 advertiser"), said)

    def test_a_catalog_that_has_rows_is_left_alone_if_asked(self):
        Channel.objects.create(name="mine")
        said = self.run_on(json.dumps(small_catalog()).encode(), "--if-empty")
        self.assertIn("nothing was imported", said)
        self.assertFalse(Unit.objects.exists())

    def test_a_file_that_is_none_or_no_catalog_is_one_line(self):
        for content in (b"{", b"\xff", b"[]", b'{"units": 1}', b"[" * 100_000, b'{"units":[{}]}'):
            with self.subTest(content[:20]), self.assertRaises(CommandError) as caught:
                self.run_on(content)
            self.assertEqual(len(str(caught.exception).splitlines()), 1)
            self.assertIn("catalog.json: ", str(caught.exception))
        with self.assertRaisesMessage(CommandError, "/nowhere.json: No such file or directory"):
            call_command("import_catalog", "/nowhere.json")
