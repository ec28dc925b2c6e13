"""What environments count reaches the table of delivery, and what is lost when one is killed."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from lockfill import monolith, web
from lockfill.stack import DELIVERY_TABLE, Stack
from plain_functions import serve
from stacks import module_stack

pytestmark = pytest.mark.alone

FLUSH_SECONDS = 10
RATE = 20
# Zstandard is a dependency of Django's alone.
_READ = """
import base64, json, sys, zstandard
for line in sys.stdin:
    print(zstandard.ZstdDecompressor().decompress(base64.b64decode(line), max_output_size=1 << 24).decode())
"""

stack = module_stack()


def counts(stack: Stack, unit_id: str) -> list[dict[str, Any]]:
    """All that was flushed about a unit."""
    variables = stack.function_variables()
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.Scan",
        "authorization": "AWS4-HMAC-SHA256 Credential=local/20261126/local/dynamodb/aws4_request, "
        "SignedHeaders=host, Signature=0",
        "x-amz-date": "20261126T000000Z",
    }
    asked = {
        "TableName": DELIVERY_TABLE,
        "FilterExpression": "begins_with(pk, :counts)",
        "ExpressionAttributeValues": {":counts": {"S": "counts#"}},
        "ConsistentRead": True,
    }
    answer = web.request("POST", variables["AWS_ENDPOINT_URL_DYNAMODB"], headers, json.dumps(asked))
    assert answer.status == 200, answer.body
    data = "\n".join(item["data"]["B"] for item in answer.json["Items"])
    said = subprocess.run(
        [monolith.python(), "-c", _READ], input=data, capture_output=True, text=True, check=True
    )
    documents = [json.loads(line) for line in said.stdout.splitlines()]
    return [each for each in documents if any(row[1] == unit_id for row in each["requests"])]


def counted(documents: list[dict[str, Any]]) -> tuple[int, int]:
    """Requests, and slots of line items."""
    requests = sum(row[3] for document in documents for row in document["requests"])
    return requests, sum(row[1] for document in documents for row in document["handed_out"])


def test_processes_of_plain_http_count_for_themselves_and_flush_when_they_are_asked_to_end(
    stack: Stack, tmp_path: Path
) -> None:
    asked, slots = 0, 0
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        with serve(stack, "ads", tmp_path / folder) as server:
            for number in range(7):
                answer = web.get(
                    f"{server.url}/api/v1/allocation/ads?unit_id=1002&user_id=u{number}&country=KR"
                )
                asked += 1
                slots += len(answer.json["slots"])
    assert asked == 14
    found = counts(stack, "1002")
    assert (len(found), *counted(found)) == (2, asked, slots)
    text = json.dumps([document["samples"] for document in found])
    assert '"u3"' not in text and '"country": "KR"' in text


@pytest.mark.long
@pytest.mark.parametrize("unit_id", ["1003"])
def test_a_killed_process_loses_what_it_answered_in_ten_seconds_at_most(
    stack: Stack, tmp_path: Path, unit_id: str
) -> None:
    answered_at: list[float] = []
    with serve(stack, "contents", tmp_path) as server:
        begun = time.monotonic()
        while time.monotonic() - begun < 2.5 * FLUSH_SECONDS:
            answer = web.get(f"{server.url}/api/v1/allocation/contents?unit_id={unit_id}&user_id=u")
            assert answer.status == 200
            answered_at.append(time.monotonic())
            time.sleep(1 / RATE)
        os.kill(server.child.process.pid, signal.SIGKILL)
    found, _ = counted(counts(stack, unit_id))
    lost = len(answered_at) - found
    # The last flush began with the first request after the second ten seconds.
    late = sum(at - begun > 2 * FLUSH_SECONDS - 0.5 for at in answered_at)
    assert 0 < lost <= late + 1, (lost, late, len(answered_at))
    within = sum(at > answered_at[-1] - FLUSH_SECONDS for at in answered_at)
    assert lost <= within, "no more than what was answered in the last ten seconds"


def test_django_flushes_when_it_is_asked_to_end(stack: Stack) -> None:
    slots = 0
    for number in range(9):
        target = f"/api/v1/allocation/ads?unit_id=1001&user_id=d{number}&country=KR"
        answer = web.get(stack.django_url + target)
        assert answer.status == 200, answer.body
        slots += len(answer.json["slots"])
    # The last test of the file: no other asks Django.
    stack.children["gunicorn"].stop()
    assert counted(counts(stack, "1001")) == (9, slots)
