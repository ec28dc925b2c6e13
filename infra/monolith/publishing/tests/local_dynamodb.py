"""A DynamoDB of this repository's own, for tests: the program `local-dynamodb` on a free port."""

import os
import subprocess
import sys
import unittest
import uuid
from pathlib import Path
from typing import Any

import boto3
from django.test import SimpleTestCase

from kernel.published.items import PublishRecord
from kernel.published.row import Row
from publishing.dynamodb.store import CatalogStore

REPOSITORY = Path(__file__).resolve().parents[4]
# `scripts/test` builds the programs and says where they are.
PROGRAMS = Path(os.environ.get("LOCKFILL_TEST_PROGRAMS") or REPOSITORY / "target" / "debug")
_READY = "local-dynamodb: listening on "


def require_program(name: str) -> Path:
    """A program of this repository, built. Skips the test, loudly, if it is not there."""
    program = PROGRAMS / name
    if not program.exists():
        reason = f"SKIPPED: there is no {program}; scripts/test builds it"
        print(reason, file=sys.stderr)
        raise unittest.SkipTest(reason)
    return program


class LocalDynamoDB:
    """A running server. Each test takes a table of its own."""

    def __init__(self) -> None:
        command = [str(require_program("local-dynamodb")), "--listen", "127.0.0.1:0"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._output = self._process.stdout
        self.url = self._output.readline().removeprefix(_READY).strip()
        self.client = boto3.client(
            "dynamodb",
            endpoint_url=self.url,
            region_name="local",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._output.close()

    def table(self) -> str:
        """A new, empty table."""
        name = f"catalog-{uuid.uuid4().hex}"
        keys = (("pk", "HASH"), ("sk", "RANGE"))
        self.client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k, _ in keys],
            KeySchema=[{"AttributeName": k, "KeyType": kind} for k, kind in keys],
        )
        return name

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
