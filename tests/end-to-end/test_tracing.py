"""One request is found in every log that it passed, by the answer's id and the balancer's trace id."""

import json
import re
import uuid

import pytest

from device import Device
from lockfill import web
from lockfill.stack import Stack
from stacks import module_stack
from waiting import eventually

pytestmark = pytest.mark.alone

stack = module_stack()

TRACE = r"1-[0-9a-f]{8}-[0-9a-f]{24}"


def line(stack: Stack, log: str, *parts: str) -> str:
    """The line of a log that has all the parts."""
    file = stack.logs / f"{log}.log"

    def find() -> str | None:
        lines = file.read_text(errors="replace").splitlines()
        return next((line for line in lines if all(part in line for part in parts)), None)

    found = eventually(f"a line with {parts} in {file}", find)
    assert found
    return found


def trace_of(line: str) -> str:
    traces = set(re.findall(TRACE, line))
    assert len(traces) == 1, line
    return str(traces.pop())


def test_an_allocation_of_a_function_is_found_by_its_id(device: Device) -> None:
    document = device.ask(country="KR")
    trace = trace_of(line(device.stack, "local-alb", document["request_id"], "allocation/lockscreen", "200"))
    line(device.stack, "local-alb", "GET /api/v1/allocation/lockscreen rule=", " 200 ", f" trace={trace}")


def test_a_line_of_a_function_is_in_one_span_which_names_its_invocation_too(device: Device) -> None:
    document = device.ask(country="KR")
    answered = line(device.stack, "local-alb", document["request_id"], "allocation/lockscreen", "200")
    spans = json.loads(answered.partition(" | ")[2])["spans"]
    assert [span["name"] for span in spans] == ["request"]
    assert str(uuid.UUID(spans[0]["requestId"])) != document["request_id"]
    assert spans[0]["trace"] == trace_of(answered)
    assert spans[0]["trace"] in spans[0]["xrayTraceId"]


def test_a_line_of_a_job_names_the_invocation_that_its_caller_knows(device: Device) -> None:
    call = f"{device.stack.invoke_url}/2015-03-31/functions/CatalogFunction/invocations"
    refused = web.post_json(call, {"operation": "make-coffee"})
    invocation = refused.headers["x-amzn-requestid"]
    warned = line(device.stack, "local-alb", "CatalogFunction | ", "no verdict", invocation)
    spans = json.loads(warned.partition(" | ")[2])["spans"]
    assert [(span["name"], span["requestId"]) for span in spans] == [("invocation", invocation)]
    assert re.fullmatch(f"Root={TRACE}.*", spans[0]["xrayTraceId"])


def test_an_event_is_found_by_the_id_of_its_allocation(device: Device) -> None:
    document = device.ask(country="KR")
    web.get(document["slots"][0]["tracking"]["impression_url"])
    trace = trace_of(line(device.stack, "local-alb", document["request_id"], "events/impression", "200"))
    line(device.stack, "local-alb", "GET /api/v1/events/impression/… rule=", " 200 ", f" trace={trace}")


def test_an_allocation_of_django_is_found_by_its_id(device: Device) -> None:
    trace = "1-67891233-abcdef012345678912345678"
    url = f"{device.stack.django_url}/api/v1/allocation/ads?unit_id=1001&user_id={device.user}"
    document = web.request("GET", url, {"x-amzn-trace-id": f"Root={trace}"}).json
    found = line(device.stack, "gunicorn", '"GET /api/v1/allocation/ads HTTP/1.1" 200 ', f" trace={trace} ")
    assert found.endswith(f" request_id={document['request_id']}")


def test_a_request_to_django_is_found_by_the_balancers_trace(device: Device) -> None:
    device.get("/api/v1/app/devices/tracing-phone/settings")
    trace = trace_of(line(device.stack, "local-alb", "GET /api/v1/app/devices/", "/settings rule="))
    line(device.stack, "gunicorn", '"GET /api/v1/app/devices/…/settings HTTP/1.1" 200 ', f" trace={trace} ")
