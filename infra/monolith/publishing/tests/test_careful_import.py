"""Point 8: an import keeps budgets and statuses, reads tables, and says first what it would change."""

import json
import tempfile
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command
from django.test import TestCase

from adops.models import Campaign, Content, Creative, LineItem, Status
from publishing.models import CatalogChange
from publishing.services.importing import import_catalog
from publishing.tests.catalog import small_catalog


class KeepingImportTests(TestCase):
    def setUp(self) -> None:
        import_catalog(small_catalog())
        Campaign.objects.update(
            budget_micros=5, budget_currency="KRW", timezone="Asia/Seoul", status="paused"
        )
        LineItem.objects.update(goal_count=7, goal_kind="clicks", delivery="asap")

    def test_a_document_without_budgets_and_goals_keeps_them(self):
        import_catalog(small_catalog())
        campaign, line_item = Campaign.objects.get(), LineItem.objects.get()
        self.assertEqual((campaign.budget_micros, campaign.budget_currency_id), (5, "KRW"))
        self.assertEqual((campaign.timezone, campaign.status), ("Asia/Seoul", Status.PAUSED))
        self.assertEqual(
            (line_item.goal_count, line_item.goal_kind, line_item.delivery), (7, "clicks", "asap")
        )

    def test_a_document_that_names_them_changes_them(self):
        document = small_catalog()
        document["campaigns"][0] |= {"budget_micros": None, "budget_currency": None}
        document["line_items"][0]["goal"] = {"kind": "impressions", "count": 9}
        import_catalog(document)
        campaign, line_item = Campaign.objects.get(), LineItem.objects.get()
        self.assertIsNone(campaign.budget_micros)
        self.assertEqual((line_item.goal_count, line_item.goal_kind), (9, "impressions"))


class TableTests(TestCase):
    def setUp(self) -> None:
        import_catalog(small_catalog())
        CatalogChange.objects.all().delete()

    def run_on(self, name: str, content: str, *options: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, name)
            file.write_text(content, "utf-8")
            output = StringIO()
            call_command("import_catalog", str(file), *options, stdout=output)
            return output.getvalue()

    def table(self, kind: str, *lines: str, dry_run: bool = False) -> str:
        options = ("--dry-run",) if dry_run else ()
        return self.run_on("table.csv", "\n".join(lines), "--kind", kind, *options)

    def test_a_table_is_read_as_the_forms_read_what_is_typed(self):
        LineItem.objects.update(targeting={"genders": {"allow": ["F"]}}, status=Status.PAUSED)
        said = self.table(
            "line_item",
            "\ufeffid,campaign_id,name,price,currency,pricing,tier,hours,caps,targeting_ages,ends_at",
            'li-1,c-1,New name,"₩1,200",KRW,cpm,standard,평일 9-18,"3 day, 10 week",18-24,2030-12-31',
            "li-2,c-1,Second,100만,KRW,cpm,standard,,,,2030-12-31 18:00",
        )
        self.assertEqual(said, "imported 2 line items\n")
        first, second = LineItem.objects.get(public_id="li-1"), LineItem.objects.get(public_id="li-2")
        self.assertEqual((first.price_micros, second.price_micros), (1_200_000_000, 10**12))
        self.assertEqual(first.targeting, {"genders": {"allow": ["F"]}, "ages": [{"min": 18, "max": 24}]})
        self.assertEqual(first.caps, [{"window": "day", "limit": 3}, {"window": "week", "limit": 10}])
        self.assertEqual(first.status, Status.PAUSED)
        ends: Any = (first.ends_at, second.ends_at)
        self.assertEqual(
            [end.isoformat() for end in ends], ["2031-01-01T00:00:00+00:00", "2030-12-31T18:00:00+00:00"]
        )
        self.assertTrue(CatalogChange.objects.filter(kind="line_item", row_id="li-2").exists())

    def test_columns_that_are_not_there_leave_their_fields_as_they_are(self):
        Campaign.objects.update(budget_micros=5, budget_currency="KRW")
        self.table("campaign", "id,name", "c-1,Renamed")
        campaign = Campaign.objects.get()
        self.assertEqual((campaign.name, campaign.budget_micros), ("Renamed", 5))
        self.table("content", "id,title", "ct-1,새 글")
        self.assertEqual(Content.objects.get().title, "새 글")
        self.table("creative", "id,landing_page", "cr-1,https://한국.example/")
        self.assertEqual(Creative.objects.get().landing_url, "https://xn--3e0b707e.example/")

    def test_a_dry_run_says_what_would_change_and_changes_nothing(self):
        said = self.table("line_item", "id,price", "li-1,5", dry_run=True)
        self.assertIn("line_item li-1: Price: ₩0.000003 → ₩5", said)
        self.assertIn("would import 1 line item: 0 new, 1 changed, 0 as before; nothing was imported", said)
        document = small_catalog()
        document["campaigns"][0]["name"] = "Other"
        document["channels"].append({"id": "ch-2", "name": "second"})
        said = self.run_on("catalog.json", json.dumps(document), "--dry-run")
        self.assertIn("campaign c-1: Name: C → Other", said)
        self.assertIn("channel ch-2: new", said)
        self.assertIn("1 new, 1 changed", said)
        self.assertEqual((LineItem.objects.get().price_micros, Campaign.objects.get().name), (3, "C"))
        self.assertFalse(CatalogChange.objects.exists())

    def test_a_table_with_one_wrong_cell_changes_nothing_and_is_one_line(self):
        for kind, *lines in (
            ("line_item", "id,price", "li-1,9", 'li-1,"1,5"'),
            ("line_item", "id,price", "li-1,$9"),
            ("line_item", "id,campaign_id", "li-1,c-none"),
            ("line_item", "id,status", "li-1,active"),
            ("line_item", "id,price,price", "li-1,1,2"),
            ("line_item", "price", "1"),
            ("line_item", "id,price", "li-1"),
            ("line_item", 'id,"price', "li-1,1"),
            ("line_item",),
            ("creative", "id,landing_page", "cr-1,https://127.0.0.1/"),
            ("campaign", "id,name", "c-1," + "x" * 201),
            ("campaign", "id,name", "c-new,No advertiser"),
        ):
            with self.subTest(lines), self.assertRaises(CommandError) as caught:
                self.table(kind, *lines)
            self.assertEqual(len(str(caught.exception).splitlines()), 1)
        self.assertEqual(LineItem.objects.get().price_micros, 3)
        with self.assertRaisesMessage(CommandError, "--kind says"):
            self.run_on("table.csv", "id\nx")
