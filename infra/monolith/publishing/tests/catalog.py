"""A small catalog for tests, and what tests of publications share."""

from typing import Any

from django.db import connections
from django.test import TestCase

from publishing import catalog
from publishing.compiler import Compiler
from publishing.models import Publication
from publishing.services import Publisher
from publishing.services.importing import import_catalog
from publishing.tests.compiler_server import FUNCTION, CompilerServer
from publishing.tests.local_dynamodb import WithDynamoDB
from publishing.worker import publish_next


def small_catalog() -> dict[str, list[dict[str, Any]]]:
    """One row of each kind, with nothing that could be left out."""
    return {
        "units": [
            {
                "id": "u-1",
                "app_id": "app",
                "mix": {"ad_ratio_ppm": 0, "first_slot": "any", "minimum_gap": 0},
                "horizon_seconds": 3600,
                "refresh_seconds": 600,
                "default_count": 1,
                "floor_price_micros": 0,
                "content_rating": "everyone",
                "timezone": "UTC",
                "language": "en",
            }
        ],
        "advertisers": [{"id": "a-1", "name": "A"}],
        "campaigns": [
            {
                "id": "c-1",
                "advertiser_id": "a-1",
                "name": "C",
                "starts_at": "2026-01-01T00:00:00Z",
                "ends_at": "2096-01-01T00:00:00Z",
            }
        ],
        "line_items": [
            {
                "id": "li-1",
                "campaign_id": "c-1",
                "name": "L",
                "tier": "standard",
                "pricing": "cpm",
                "price_micros": 3,
                "currency": "KRW",
            }
        ],
        "creatives": [
            {
                "id": "cr-1",
                "line_item_id": "li-1",
                "image_url": "https://cdn.example/i.jpg",
                "title": "T",
                "landing_url": "https://shop.example/",
            }
        ],
        "channels": [{"id": "ch-1", "name": "N"}],
        "contents": [
            {
                "id": "ct-1",
                "channel_id": "ch-1",
                "title": "글",
                "image_url": "https://cdn.example/c.jpg",
                "landing_url": "https://news.example/",
                "language": "ko",
                "published_at": "2026-01-01T00:00:00Z",
                "quality_ppm": 1,
            }
        ],
        "exchange_rates": [{"currency": "KRW", "rate_ppm": 700_000}],
        "rates": [{"line_item_id": "li-1", "unit_id": "u-1", "ctr_ppm": 5, "cvr_ppm": 0}],
    }


def share_one_connection(test: TestCase) -> None:
    """Lets snapshots see what the test wrote, in the transaction that ends with the test."""
    own = connections[catalog.SNAPSHOT]
    connections[catalog.SNAPSHOT] = connections["default"]
    test.addCleanup(connections.__setitem__, catalog.SNAPSHOT, own)


class PublishingTestCase(WithDynamoDB, TestCase):
    """A test with the small catalog in the database, an empty table, and no other worker."""

    compiler_server: CompilerServer

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.compiler_server = CompilerServer(cls.dynamodb.client)
        cls.addClassCleanup(cls.compiler_server.stop)

    def setUp(self) -> None:
        super().setUp()
        self.compiler_server.table, self.compiler_server.answer = self.table, None
        self.compiler_server.calls.clear()
        self.compiler_server.functions = {FUNCTION: 1}
        share_one_connection(self)
        import_catalog(small_catalog())

    @property
    def publisher(self) -> Publisher:
        return Publisher(self.store, self.compiler_server.compiler())

    def work(self, compiler: Compiler | None = None) -> Publication:
        """Executes the next publication, as a worker would."""
        publisher = Publisher(self.store, compiler) if compiler else self.publisher
        publication = publish_next(publisher, lambda step, done, total: None)
        assert publication is not None
        publication.refresh_from_db()
        return publication
