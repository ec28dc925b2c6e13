"""The smoke test of a deployment, as it stands in its template, between a Lambda and a CodeDeploy that note
what they are asked."""

import io
import json
import sys
import textwrap
import types
from typing import Any

import pytest

from lockfill import ROOT

TEMPLATE = (ROOT / "infra" / "aws" / "deployment.yaml").read_text()
CALL = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e-1"}
VERSIONS = {name: f"arn:version:{name.lower()}" for name in ("ADS", "CONTENTS", "LOCKSCREEN", "EVENTS")}


class Aws:
    """Both services. `statuses` are the answers of a version, one after the other; the last one stays."""

    def __init__(self) -> None:
        self.statuses = {version: [404] for version in VERSIONS.values()}
        self.invoked: list[tuple[str, Any]] = []
        self.reported: list[dict[str, str]] = []

    def client(self, name: str) -> "Aws":
        assert name in ("lambda", "codedeploy")
        return self

    def invoke(self, FunctionName: str, Payload: str) -> dict[str, Any]:
        self.invoked.append((FunctionName, json.loads(Payload)))
        statuses = self.statuses[FunctionName]
        status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        if status is None:
            return {
                "FunctionError": "Unhandled",
                "Payload": io.BytesIO(b'{"errorType": "Runtime.ExitError"}'),
            }
        if status == -1:
            raise ConnectionError("Lambda is away")
        return {"Payload": io.BytesIO(json.dumps({"statusCode": status}).encode())}

    def put_lifecycle_event_hook_execution_status(self, **report: str) -> None:
        self.reported.append(report)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    aws = Aws()
    boto3 = types.ModuleType("boto3")
    monkeypatch.setattr(boto3, "client", aws.client, raising=False)
    monkeypatch.setitem(sys.modules, "boto3", boto3)
    for name, value in {**VERSIONS, "UNIT": ""}.items():
        monkeypatch.setenv(name, value)
    return aws


def run() -> None:
    lines = TEMPLATE.split("ZipFile: |\n")[1].split("\n  SmokeLogGroup:")[0]
    code = textwrap.dedent(lines)
    assert len(code) < 4096, "CloudFormation takes no more"
    module: dict[str, Any] = {}
    exec(compile(code, "deployment.yaml", "exec"), module)  # noqa: S102
    module["time"] = types.SimpleNamespace(sleep=lambda seconds: None)
    module["handler"](CALL, None)


def status(aws: Aws) -> str:
    run()
    (report,) = aws.reported
    assert (report["deploymentId"], report["lifecycleEventHookExecutionId"]) == ("d-1", "e-1")
    return report["status"]


def test_four_versions_that_know_the_catalog_pass(aws: Aws) -> None:
    assert status(aws) == "Succeeded"
    assert sorted(version for version, _ in aws.invoked) == sorted(VERSIONS.values())


def test_a_unit_that_is_named_has_to_be_answered(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNIT", "1001")
    assert status(aws) == "Failed"
    aws.reported.clear()
    for name in ("ADS", "CONTENTS", "LOCKSCREEN"):
        aws.statuses[VERSIONS[name]] = [200]
    assert status(aws) == "Succeeded"
    query = aws.invoked[-2][1]["multiValueQueryStringParameters"]
    assert (query["unit_id"], query["limit_ad_tracking"]) == (["1001"], ["1"])


@pytest.mark.parametrize("name", VERSIONS)
@pytest.mark.parametrize("answer", [503, 500, 200, None, -1])
def test_one_version_that_fails_takes_the_deployment_back(aws: Aws, name: str, answer: int | None) -> None:
    aws.statuses[VERSIONS[name]] = [answer]  # type: ignore[list-item]
    assert status(aws) == "Failed"


def test_a_version_that_still_loads_its_catalog_is_asked_again(aws: Aws) -> None:
    aws.statuses[VERSIONS["ADS"]] = [503, 503, 404]
    assert status(aws) == "Succeeded"
