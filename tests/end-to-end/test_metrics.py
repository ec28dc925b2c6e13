"""Metrics of real functions: lines under Lambda, and the endpoint for Prometheus without it."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

import metrics
from device import Device
from lockfill import web
from lockfill.console import Failure
from lockfill.ports import free_port
from lockfill.stack import Stack
from plain_functions import serve
from waiting import eventually

PERSONAL = {
    "user_id": "user-0badc0de-aaaa-4bbb-8ccc-000000000001",
    "country": "KR",
    "device_id": "device-0badc0de-aaaa-4bbb-8ccc-000000000002",
    "lat": "37.512345",
    "lon": "127.098765",
    "interests": "private-interest",
    "kv.secret-key": "secret-value",
    "count": "not-a-count",
    "language": "xx-private-language",
}
# Of these a part of the program's own vocabulary could be a text by chance.
NOT_UNIQUE = ("KR",)


def ask(url: str, kind: str, unit: str = "1001") -> web.Answer:
    query = "&".join(f"{name}={value}" for name, value in PERSONAL.items())
    return web.get(f"{url}/api/v1/allocation/{kind}?unit_id={unit}&{query}")


def texts() -> list[str]:
    """What no metric may hold: values of the request and the names that the client made up."""
    return [value for value in PERSONAL.values() if value not in NOT_UNIQUE] + ["secret-key", "1001"]


def without_numbers(document: str) -> str:
    """A document without its values: an instant or a sum may have the digits of a unit's id by chance."""
    return re.sub(r'(?<![\w".-])-?\d[\d.]*(?:[eE][+-]?\d+)?(?![\w".-])', "", document)


def still(counted: dict[str, float]) -> dict[str, float]:
    """What changes by requests alone: ages go on by the clock, and reads in the background end later."""
    return {
        name: value
        for name, value in counted.items()
        if not name.endswith("Age") and not name.startswith("DynamoDb")
    }


def check_format(line: dict[str, Any]) -> list[dict[str, Any]]:
    """Holds a line to the specification of the embedded metric format; the metrics that it lists.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    assert set(line["_aws"]) == {"Timestamp", "CloudWatchMetrics"}
    assert isinstance(line["_aws"]["Timestamp"], int)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert set(directive) == {"Namespace", "Dimensions", "Metrics"}
    assert (directive["Namespace"], directive["Dimensions"]) == ("lockfill", [["Function"]])
    listed: list[dict[str, Any]] = directive["Metrics"]
    assert 1 <= len(listed) <= 100
    for metric in listed:
        assert set(metric) == {"Name", "Unit"}
        value = line[metric["Name"]]
        values = value if isinstance(value, list) else [value]
        assert 1 <= len(values) <= 100, metric
        assert all(isinstance(each, int | float) for each in values), metric
    return listed


def test_the_endpoint_tells_what_was_answered_and_nothing_of_who_asked(stack: Stack, tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    with serve(stack, "ads", tmp_path, {"LOCKFILL_METRICS_ADDRESS": address}) as ads:
        for _ in range(5):
            assert ask(ads.url, "ads").status == 200
        # A unit that there is not, and a path.
        assert ask(ads.url, "ads", "no-unit").status == 404
        assert web.get(f"{ads.url}/{PERSONAL['user_id']}").status == 404
        for _ in range(3):
            assert web.get(f"{ads.url}/healthz").status == 200
        assert web.get(f"{ads.url}/metrics").status == 404, "clients do not reach it"
        counted, text = metrics.read(address), metrics.text(address)
        assert web.get(f"http://{address}/").status == 404
        assert web.post_json(f"http://{address}/metrics", {}).status == 405
        assert still(metrics.read(address)) == still(counted), "questions of Prometheus are none of clients"
    assert counted["Requests"] == 8
    assert counted["ClientErrors"] == 3
    assert counted["ServerErrors"] == 0
    assert counted["Latency"] == 8
    assert counted["Filled"] + counted["NoFill"] == 5
    assert counted["ParametersIgnored"] == 5
    assert counted["ColdStarts"] == counted["StartTime"] == 1
    assert counted["RedisTime"] >= 5
    assert counted["DynamoDbTime"] >= 2
    assert counted["RedisFailures"] == counted["DynamoDbFailures"] == 0
    assert counted["CatalogVersion"] >= 1
    assert counted["CatalogVersionsBehind"] == 0
    assert counted["CatalogAge"] <= 5
    kept = without_numbers(text)
    assert [found for found in texts() if found in kept] == []


def test_a_line_of_lambda_is_of_cloudwatchs_format_and_holds_nothing_of_who_asked(
    device: Device, stack: Stack
) -> None:
    for kind in ("ads", "contents", "lockscreen"):
        assert ask(stack.url, kind).status == 200
    slot = device.ask("ads")["slots"][0]
    assert web.get(slot["tracking"]["impression_url"]).status == 200
    assert web.get(f"{stack.url}/api/v1/events/click/dev1.no-token-of-ours").status == 400

    def of(name: str) -> list[dict[str, Any]]:
        return [line for line in metrics.lines(stack.logs / "local-alb.log") if line["Function"] == name]

    known = {(name, unit) for name, (unit, _) in metrics.documented().items()}
    for name in ("ads", "contents", "lockscreen", "events"):
        eventually(f"{name} writes a line", lambda name=name: of(name))
        for line in of(name):
            listed = check_format(line)
            assert {(metric["Name"], metric["Unit"]) for metric in listed} <= known
            beside = set(line) - {metric["Name"] for metric in listed} - {"_aws", "Function"}
            assert beside <= {"no_fill", "rejections", "event_classes"}, beside
            kept = without_numbers(json.dumps(line))
            assert [found for found in texts() if found in kept] == []
    assert sum(line["EventsValid"] for line in of("events")) >= 1
    assert sum(line["EventsRefused"] for line in of("events")) >= 1
    assert sum(line.get("event_classes", {}).get("forged", 0) for line in of("events")) >= 1


def test_a_line_of_a_request_has_the_ids_of_the_answer_and_of_the_balancer(
    stack: Stack, tmp_path: Path
) -> None:
    variables = {"AWS_LAMBDA_LOG_FORMAT": "JSON", "LOCKFILL_REQUEST_LINES_MAX": "5"}
    trace = "1-67891233-abcdef012345678912345678"
    path = f"/api/v1/allocation/ads?unit_id=1001&user_id={PERSONAL['user_id']}&count=many"
    with serve(stack, "ads", tmp_path, variables) as ads:
        answers = [
            web.request("GET", ads.url + path, {"x-amzn-trace-id": f"Root={trace}"}) for _ in range(30)
        ]
        assert {answer.status for answer in answers} == {200}
        # A later second tells how many lines were left out.
        time.sleep(1)
        assert web.get(ads.url + path).status == 200
    found = [json.loads(line) for line in (tmp_path / "ads.log").read_text().splitlines()]
    fields = [line["fields"] for line in found if line["fields"]["message"] == "answered"]
    assert fields[0]["request_id"] == answers[0].json["request_id"]
    first = {name: fields[0][name] for name in ("method", "operation", "status", "trace", "ignored")}
    assert first == {
        "method": "GET",
        "operation": "allocation/ads",
        "status": 200,
        "trace": trace,
        "ignored": "count",
    }
    assert sum(line.get("left_out", 0) for line in fields) + len(fields) == 31
    assert 6 <= len(fields) < 31, "lines above the rate are left out"


def test_a_wrong_setting_of_metrics_keeps_a_function_from_starting(stack: Stack, tmp_path: Path) -> None:
    variables = {"LOCKFILL_METRICS_ADDRESS": "everywhere", "LOCKFILL_METRICS_NAMESPACE": "AWS/Lambda"}
    with pytest.raises(Failure), serve(stack, "ads", tmp_path, variables):
        pass
    log = (tmp_path / "ads.log").read_text()
    assert "LOCKFILL_METRICS_ADDRESS: must be an address and a port" in log
    assert "LOCKFILL_METRICS_NAMESPACE: must be a namespace" in log
    assert "everywhere" not in log
