"""Published versions that cannot be served: no function answers 503, whether it served before or is new."""

import json
from pathlib import Path
from typing import Any

import pytest

import metrics
from device import DEGRADED, stores
from lockfill import web
from lockfill.ports import free_port
from lockfill.stack import Stack
from plain_functions import serve
from serving_stack import FunctionsStack
from stacks import module_stack
from waiting import eventually

pytestmark = pytest.mark.alone

# Of a version that was never compiled.
DIGEST = "00" * 32
ASKED = "/api/v1/allocation/ads?unit_id=1001&user_id=fault&country=KR"

stack = module_stack(FunctionsStack)


def dynamodb(stack: Stack, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """An answer of the store, which checks no signature."""
    variables = stack.function_variables()
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": f"DynamoDB_20120810.{operation}",
        "authorization": "AWS4-HMAC-SHA256 Credential=local/20261126/local/dynamodb/aws4_request, "
        "SignedHeaders=host, Signature=0",
        "x-amz-date": "20261126T000000Z",
    }
    url = variables["AWS_ENDPOINT_URL_DYNAMODB"]
    body = json.dumps({"TableName": variables["LOCKFILL_CATALOG_TABLE"], **request})
    answer = web.request("POST", url, headers, body)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


def point_to(stack: Stack, version: int, digest: str) -> None:
    item = {
        "pk": {"S": "pointer"},
        "sk": {"S": "catalog"},
        "version": {"N": str(version)},
        "digest": {"S": digest},
    }
    dynamodb(stack, "PutItem", {"Item": item})


def test_a_version_that_cannot_be_served_costs_no_answer_warm_or_cold(stack: Stack, tmp_path: Path) -> None:
    key = {"pk": {"S": "pointer"}, "sk": {"S": "catalog"}}
    good = dynamodb(stack, "GetItem", {"Key": key})["Item"]
    version = int(good["version"]["N"])
    address = f"127.0.0.1:{free_port()}"
    variables = {"AWS_LAMBDA_LOG_FORMAT": "JSON", "LOCKFILL_METRICS_ADDRESS": address}

    def mark(url: str) -> str | None:
        answer = web.get(f"{url}{ASKED}")
        assert answer.status == 200, answer.body
        assert answer.json["catalog_version"] == version
        found: str | None = answer.headers[DEGRADED]
        return found

    with serve(stack, "ads", tmp_path, variables) as warm:
        eventually("it begins without a mark", lambda: mark(warm.url) is None)
        point_to(stack, version + 7, DIGEST)
        eventually("the warm function is marked", lambda: mark(warm.url) == "catalog", 3)
        eventually("it is refused", lambda: metrics.read(address)["CatalogRefused"] == 1)
        counted = metrics.read(address)
        assert counted["CatalogVersionsBehind"] == 7
        assert counted["DegradedCatalog"] > 0
        with serve(stack, "ads", tmp_path / "..", {"LOCKFILL_METRICS_ADDRESS": ""}) as cold:
            assert all("catalog" in stores(mark(cold.url)) for _ in range(20))
        assert all("catalog" in stores(mark(warm.url)) for _ in range(20))
        dynamodb(stack, "PutItem", {"Item": good})
        eventually("the warm function is unmarked", lambda: mark(warm.url) is None, 3)
        counted = metrics.read(address)
        assert (counted["CatalogRefused"], counted["CatalogVersionsBehind"]) == (1, 0)
    messages = [
        line["fields"]["message"] for line in map(json.loads, (tmp_path / "ads.log").read_text().splitlines())
    ]
    assert sum(message.startswith("the published catalog is refused") for message in messages) == 1
    assert "answering with a catalog that is not confirmed as the newest" in messages
