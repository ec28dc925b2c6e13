"""A revision is another one where a parameter or a secret is, and the same where nothing is."""

import re
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from lockfill import ROOT
from lockfill.console import Failure
from lockfill.deploy import aws, revision
from lockfill.deploy.stacks import Deployed

TEMPLATE = (ROOT / "template.yaml").read_text()
NAMED = {"LinkBaseUrl": "https://ads.example.com"}


def of(named: dict[str, str], stack: Deployed | None = None, secrets: tuple[str, ...] = ()) -> str:
    template = revision.written(TEMPLATE, named, stack, list(secrets))
    (found,) = re.findall(r"LOCKFILL_REVISION: '(1-[0-9a-f]{12})'", template)
    # Nothing else of the template is changed.
    assert template.replace(found, "1") == TEMPLATE
    return str(found)


def test_a_parameter_that_changes_is_another_revision() -> None:
    assert of(NAMED) == of(NAMED)
    assert of(NAMED) != of({**NAMED, "UserEventsMax": "601"})
    assert of(NAMED) == of({**NAMED, "UserEventsMax": "600"}), "the default is named"


def test_what_a_stack_keeps_is_what_was_named() -> None:
    named = {**NAMED, "UserEventsMax": "601"}
    kept = Deployed("stack", "CREATE_COMPLETE", {}, {**named, "RedisUrl": "****"})
    assert of({}, kept) == of(named) == of(NAMED, kept)
    assert of({"UserEventsMax": "602"}, kept) != of(named)


def test_a_secret_parameter_that_changes_is_another_revision_and_cannot_be_read_from_it() -> None:
    first, second = ({**NAMED, "RedisUrl": f"rediss://user:{word}@host:6379"} for word in ("a", "b"))
    assert len({of(NAMED), of(first), of(second)}) == 3
    assert of(first) == of(first)


def test_a_secret_that_was_changed_is_another_revision() -> None:
    assert of(NAMED) != of(NAMED, secrets=("v2 AWSCURRENT", "v1 AWSPREVIOUS"))


@pytest.mark.parametrize("text", ["", "  LOCKFILL_REVISION: '1'\n  LOCKFILL_REVISION: '1'\n"])
def test_a_template_without_the_one_line_is_refused(text: str) -> None:
    with pytest.raises(Failure, match="does not have one line LOCKFILL_REVISION"):
        revision.written(text, {}, None, [])


def test_versions_are_those_of_changed_secrets_that_functions_read() -> None:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    cloudformation: Any = boto3.client("cloudformation", **keys)
    secrets: Any = boto3.client("secretsmanager", **keys)
    account = aws.Account("000000000000", "us-east-1", cloudformation, None, None, None, secrets)
    with Stubber(cloudformation) as stacks, Stubber(secrets) as described:
        root = [
            ("SigningSecret", "arn:secret:sign"),
            ("UserKeySecret", "arn:secret:user"),
            ("Data", "arn:data"),
        ]
        stacks.add_response("list_stack_resources", _resources(root), {"StackName": "stack"})
        described.add_response("describe_secret", _stages(p1="AWSPENDING", c1="AWSCURRENT"))
        described.add_response("describe_secret", _stages(c2="AWSCURRENT"))
        nested = [("RedisUrlSecret", "arn:secret:redis"), ("PasswordSecret", "arn:secret:other")]
        stacks.add_response("list_stack_resources", _resources(nested), {"StackName": "arn:data"})
        described.add_response("describe_secret", _stages(c3="AWSCURRENT", b3="AWSPREVIOUS"))
        found = revision.versions(account, "stack")
    short = [each.lstrip("0") for each in found]
    assert short == ["b3 AWSPREVIOUS", "c1 AWSCURRENT", "c3 AWSCURRENT", "p1 AWSPENDING"]


def _resources(named: list[tuple[str, str]]) -> dict[str, Any]:
    def of_one(name: str, identifier: str) -> dict[str, Any]:
        kind = "AWS::CloudFormation::Stack" if name == "Data" else "AWS::SecretsManager::Secret"
        row = {"LogicalResourceId": name, "PhysicalResourceId": identifier, "ResourceType": kind}
        return {**row, "LastUpdatedTimestamp": "2026-11-27T00:00:00Z", "ResourceStatus": "CREATE_COMPLETE"}

    return {"StackResourceSummaries": [of_one(*each) for each in named]}


def _stages(**stages: str) -> dict[str, Any]:
    # A version's id has at least 32 characters.
    return {"VersionIdsToStages": {version.rjust(32, "0"): [stage] for version, stage in stages.items()}}
