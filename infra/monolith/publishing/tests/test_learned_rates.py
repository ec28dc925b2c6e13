"""Learned rates in what is published."""

import json

from django.test import TestCase

from delivery.models import UnitTotal
from publishing import catalog
from publishing.services.importing import import_catalog
from publishing.tests.catalog import share_one_connection, small_catalog


def published(kind: str) -> dict[str, dict]:
    return {row.key: json.loads(row.json) for row in catalog.read_rows() if row.kind == kind}


class PublishedRatesTests(TestCase):
    def setUp(self):
        share_one_connection(self)
        document = small_catalog()
        (item,) = document["line_items"]
        document["line_items"] = [
            {**item, "id": "li-1", "pricing": "cpc"},
            {**item, "id": "li-2", "pricing": "cpc"},
            {**item, "id": "li-3", "pricing": "cpc", "default_ctr_ppm": 70_000},
            {**item, "id": "li-4", "pricing": "cpm"},
            {**item, "id": "li-5", "pricing": "cpa"},
        ]
        document["units"].append({**document["units"][0], "id": "u-2"})
        document["rates"] = [{"line_item_id": "li-1", "unit_id": "u-2", "ctr_ppm": 9, "cvr_ppm": 8}]
        import_catalog(document)

    def test_line_items_and_units_with_a_history_have_rates_and_all_clicks_a_default(self):
        for item in ("li-1", "li-2", "li-4", "li-5"):
            for unit in ("u-1", "u-2", "u-gone"):
                UnitTotal.objects.create(item=item, unit=unit, impressions=10**8, clicks=10**6)
        rates = published("rates")
        self.assertEqual(list(rates), ["li-1#u-1", "li-1#u-2", "li-2#u-1", "li-2#u-2"])
        self.assertEqual([rate["ctr_ppm"] for rate in rates.values()], [10_000, 9, 10_000, 10_000])
        self.assertEqual(rates["li-1#u-2"]["cvr_ppm"], 8)
        defaults = {key: row.get("default_ctr_ppm") for key, row in published("line_item").items()}
        self.assertEqual(
            defaults, {"li-1": 10_000, "li-2": 10_000, "li-3": 70_000, "li-4": None, "li-5": None}
        )

    def test_a_line_item_that_is_not_served_has_no_rates(self):
        from adops.models import LineItem

        UnitTotal.objects.create(item="li-2", unit="u-1", impressions=100, clicks=1)
        self.assertIn("li-2#u-1", published("rates"))
        LineItem.objects.filter(public_id="li-2").update(status="paused")
        self.assertEqual(list(published("rates")), ["li-1#u-2"])
