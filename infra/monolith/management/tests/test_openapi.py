"""The OpenAPI document is what the code says. The API tests hold a running server to it."""

import json
import os
from pathlib import Path

from django.test import SimpleTestCase

from management.http.schema import document_text

FILE = Path(__file__).resolve().parents[2] / "docs" / "management.openapi.json"


class OpenApiTests(SimpleTestCase):
    maxDiff = None

    def test_the_document_in_the_repository_is_the_one_that_is_served(self):
        """With LOCKFILL_REWRITE=1 the file is written anew."""
        if os.environ.get("LOCKFILL_REWRITE"):
            FILE.write_text(document_text())
        self.assertEqual(
            self.client.get("/api/management/v1/openapi.json").content.decode(), FILE.read_text()
        )

    def test_every_operation_says_what_it_takes_and_what_it_answers(self):
        document = json.loads(document_text())
        self.assertEqual(document["openapi"], "3.1.0")
        names = set()
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                with self.subTest(f"{method} {path}"):
                    names.add(operation["operationId"])
                    self.assertTrue(operation["summary"])
                    self.assertIn("default", operation["responses"])
                    headers = {
                        one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"
                    }
                    self.assertEqual("Idempotency-Key" in headers, method == "post")
                    self.assertEqual("If-Match" in headers, method in ("patch", "delete"))
        self.assertEqual(len(names), sum(map(len, document["paths"].values())))
