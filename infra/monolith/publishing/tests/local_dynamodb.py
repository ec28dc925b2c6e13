"""A DynamoDB for the tests of publishing."""

import subprocess
from typing import Any

from django.test import SimpleTestCase

from kernel.published.items import PublishRecord
from kernel.published.row import Row
from kernel.tests import local_dynamodb
from kernel.tests.programs import require_program
from publishing.dynamodb.store import CatalogStore


class LocalDynamoDB(local_dynamodb.LocalDynamoDB):
    """A running server, with what publishing does with its tables."""

    def store(self, table: str) -> CatalogStore:
        return CatalogStore(self.client, table)

    def environment(self, table: str) -> dict[str, str]:
        """The environment of a program that uses a table."""
        return {
            "LOCKFILL_CATALOG_TABLE": table,
            "AWS_ENDPOINT_URL_DYNAMODB": self.url,
            "AWS_REGION": "local",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }

    def catalog_cli(self, table: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs the Rust program, which reads what serving reads and checks what serving checks."""
        return subprocess.run(
            [require_program("catalog-cli"), *arguments],
            env=self.environment(table),
            capture_output=True,
            text=True,
            timeout=60,
        )


class WithDynamoDB(SimpleTestCase):
    """Gives each test a table in a server that the tests of the class share."""

    dynamodb: LocalDynamoDB

    @classmethod
    def setUpClass(cls) -> None:
        # First, because it may skip the class, and a transaction opened before that would stay
        # open.
        cls.dynamodb = LocalDynamoDB()
        cls.addClassCleanup(cls.dynamodb.stop)
        super().setUpClass()

    def setUp(self) -> None:
        super().setUp()
        self.table = self.dynamodb.table()
        self.store = self.dynamodb.store(self.table)

    def last_published(self) -> PublishRecord:
        """The record of the served version, which there must be."""
        record = self.store.last_published()
        assert record is not None
        return record

    def items(self) -> list[dict[str, Any]]:
        """Everything in the table."""
        pages = self.dynamodb.client.get_paginator("scan").paginate(TableName=self.table)
        return [item for page in pages for item in page["Items"]]


def channels(name: str, count: int) -> list[Row]:
    """Rows that serving takes, the keys in their order."""
    ids = [f"ch-{number:05}" for number in range(count)]
    return [Row("channel", id, f'{{"id":"{id}","name":"{name}"}}') for id in ids]
