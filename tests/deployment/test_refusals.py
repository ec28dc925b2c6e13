"""What ends a deployment before it begins: one clear line, exit code 1, nothing changed."""

import socketserver
import threading
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.parsers import ResponseParserError
from botocore.stub import Stubber

from lockfill.console import Failure
from lockfill.deploy import (
    arguments,
    aws,
    change_set,
    command,
    execution,
    packaging,
    settings,
    smoke,
    stacks,
    summary,
    templates,
)
from lockfill.deploy.change_set import Change, Plan
from lockfill.deploy.releases import Release
from lockfill.deploy.stacks import Deployed

TABLE = "AWS::DynamoDB::Table"


def client(name: str) -> Any:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(
        name, region_name="us-east-1", config=Config(retries={"total_max_attempts": 1}), **keys
    )


def account(cloudformation: Any) -> aws.Account:
    return aws.Account("000000000000", "us-east-1", cloudformation, None, None, None, None)


def test_without_credentials_there_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    chosen = settings.Settings("dev", "stack", "us-east-1", None, ())
    with pytest.raises(
        Failure, match=r"^the account cannot be asked: there are no AWS credentials: set AWS_PROFILE"
    ):
        aws.connect(chosen)


def test_expired_credentials_are_named() -> None:
    cloudformation = client("cloudformation")
    with Stubber(cloudformation) as stub:
        stub.add_client_error("describe_stacks", "ExpiredToken", "The security token is expired")
        with pytest.raises(
            Failure, match=r"AWS does not take the credentials \(ExpiredToken\): log in again"
        ):
            stacks.find(account(cloudformation), "stack")


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ("UPDATE_IN_PROGRESS", r"is being changed \(UPDATE_IN_PROGRESS\): wait until that is done"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "is being changed"),
        ("ROLLBACK_COMPLETE", r"was never created whole \(ROLLBACK_COMPLETE\): delete it, then deploy again"),
        ("UPDATE_ROLLBACK_FAILED", "aws cloudformation continue-update-rollback --stack-name stack"),
    ],
)
def test_a_stack_that_cannot_be_changed_is_left_alone(status: str, text: str) -> None:
    with pytest.raises(Failure, match=text):
        stacks.require_idle(Deployed("stack", status, {}, {}))


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
def test_a_stack_at_rest_can_be_changed(status: str) -> None:
    stacks.require_idle(Deployed("stack", status, {}, {}))


def test_a_missing_stack_and_one_under_review_are_none() -> None:
    cloudformation = client("cloudformation")
    with Stubber(cloudformation) as stub:
        text = "Stack with id stack does not exist"
        stub.add_client_error("describe_stacks", "ValidationError", text)
        assert stacks.find(account(cloudformation), "stack") is None
        found = {
            "StackName": "stack",
            "StackStatus": "REVIEW_IN_PROGRESS",
            "CreationTime": "2026-11-26T00:00:00Z",
        }
        stub.add_response("describe_stacks", {"Stacks": [found]})
        assert stacks.find(account(cloudformation), "stack") is None


def test_changes_of_nested_stacks_are_named_below_them() -> None:
    cloudformation = client("cloudformation")
    nested = "arn:aws:cloudformation:us-east-1:000000000000:changeSet/nested/1"
    network = {
        "Action": "Modify",
        "LogicalResourceId": "Network",
        "ResourceType": "AWS::CloudFormation::Stack",
    }
    network |= {"ChangeSetId": nested, "PhysicalResourceId": "arn:network", "Replacement": "False"}
    subnet = {"Action": "Add", "LogicalResourceId": "Subnet", "ResourceType": "AWS::EC2::Subnet"}
    with Stubber(cloudformation) as stub:
        first = {"Changes": [{"Type": "Resource", "ResourceChange": network}], "NextToken": "2"}
        stub.add_response("describe_change_set", first, {"StackName": "s", "ChangeSetName": "c"})
        stub.add_response(
            "describe_change_set",
            {"Changes": [{"Type": "Resource", "ResourceChange": subnet}]},
            {"StackName": "arn:network", "ChangeSetName": nested},
        )
        stub.add_response(
            "describe_change_set", {}, {"StackName": "s", "ChangeSetName": "c", "NextToken": "2"}
        )
        names = [each.name for each in change_set._changes(account(cloudformation), "s", "c", "")]
    assert names == ["Network", "Network/Subnet"]


def test_all_events_since_the_last_look_are_read_oldest_first() -> None:
    cloudformation = client("cloudformation")
    same = {"StackId": "s", "StackName": "s", "Timestamp": "2026-11-26T00:00:00Z"}
    with Stubber(cloudformation) as stub:
        newest = [{**same, "EventId": "4"}, {**same, "EventId": "3"}]
        stub.add_response(
            "describe_stack_events", {"StackEvents": newest, "NextToken": "2"}, {"StackName": "s"}
        )
        older = [{**same, "EventId": "2"}, {**same, "EventId": "1"}]
        expected = {"StackName": "s", "NextToken": "2"}
        stub.add_response("describe_stack_events", {"StackEvents": older, "NextToken": "3"}, expected)
        found = execution._events_after(account(cloudformation), "s", {"1", "0"})
    assert [event["EventId"] for event in found] == ["2", "3", "4"]


def test_replacements_come_first_and_loudly() -> None:
    changes = (
        Change("Add", "NewRule", "AWS::ElasticLoadBalancingV2::ListenerRule", "False", ()),
        Change("Modify", "EventsTable", TABLE, "True", ("KeySchema",)),
        Change("Remove", "OldAlarm", "AWS::CloudWatch::Alarm", "False", ()),
        Change("Modify", "Group", "AWS::EC2::SecurityGroup", "Conditional", ("VpcId",)),
    )
    lines = summary.lines(Plan("stack", False, changes))
    assert lines == [
        "The stack stack changes: 1 added, 2 changed, 1 removed",
        f"  !! EventsTable IS REPLACED: {TABLE}; its KeySchema",
        "  !! Group MAY BE REPLACED: AWS::EC2::SecurityGroup; its VpcId",
        "  added    NewRule (AWS::ElasticLoadBalancingV2::ListenerRule)",
        "  removed  OldAlarm (AWS::CloudWatch::Alarm)",
    ]


def test_what_holds_data_is_guarded() -> None:
    changes = (
        Change("Modify", "EventsTable", TABLE, "True", ()),
        Change("Remove", "SigningSecret", "AWS::SecretsManager::Secret", "False", ()),
        Change("Modify", "CatalogTable", TABLE, "False", ()),
        Change("Remove", "OldAlarm", "AWS::CloudWatch::Alarm", "False", ()),
    )
    assert summary.dangers(Plan("stack", False, changes)) == [
        f"EventsTable ({TABLE}) would be REPLACED",
        "SigningSecret (AWS::SecretsManager::Secret) would be removed",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[default.global.parameters]\nstack_name = 'a'", "has no environment 'dev'; it has default"),
        ("[dev.deploy.parameters]\nstack_name = 'a'\ncapabilities = 5", "capabilities cannot be read"),
        ("[dev.deploy.parameters]\nregion = 'x'", "names no stack_name for the environment 'dev'"),
        ("[dev", "is not TOML"),
        (
            "[dev.global.parameters]\nstack_name='a'\nparameter_overrides='VpcId'",
            "'VpcId', which is not NAME=VALUE",
        ),
        ("[dev]\ndeploy = 3", "deploy is 3, which is no table"),
        (
            "[dev.global.parameters]\nstack_name='a'\nparameter_overrides=3",
            "parameter_overrides cannot be read",
        ),
        (
            "[dev.global.parameters]\nstack_name='a'\nparameter_overrides='A=\"x'",
            "parameter_overrides cannot be read: No closing quotation",
        ),
        ("[dev.global.parameters]\nstack_name='a'\nregion=3", "region is 3, which is no text"),
    ],
)
def test_a_configuration_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    file = tmp_path / "samconfig.toml"
    file.write_text(text)
    with pytest.raises(Failure, match=expected):
        settings.read(file, "dev")


def test_a_configuration_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "samconfig.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(Failure, match="is not UTF-8"):
        settings.read(file, "dev")


def test_an_endpoint_that_is_no_address_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
    with pytest.raises(Failure, match="account cannot be asked: ValueError: Invalid endpoint: nonsense"):
        aws.connect(settings.Settings("dev", "stack", "us-east-1", None, ()))


def test_functions_are_built_for_the_named_architecture_or_the_stacks_own() -> None:
    present = Deployed("stack", "CREATE_COMPLETE", {}, {"FunctionArchitecture": "x86_64"})
    assert command._architecture({"FunctionArchitecture": "arm64"}, present) == "arm64"
    assert command._architecture({}, present) == "x86_64"
    assert command._architecture({}, None) == ""


def test_a_missing_parameter_is_named_before_anything_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[object] = []
    monkeypatch.setattr(packaging, "build", lambda *named: built.append(named))
    monkeypatch.setattr(stacks, "find", lambda *named: None)
    options = arguments.parse("deploy", ["--unit", "1001"])
    chosen = settings.Settings("dev", "stack", "us-east-1", None, ())
    with pytest.raises(Failure, match="parameters without a value: LinkBaseUrl"):
        command.deploy(chosen, account(None), options)
    assert built == []


def test_what_is_on_this_machine_is_checked_before_the_account_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(aws, "connect", asked.append)
    monkeypatch.setattr(command, "stop_on_signals", lambda: None)
    assert command.main("deploy", ["--env", "dev", "--built", str(tmp_path)]) == 1
    assert "is not an output of `sam build`" in capsys.readouterr().err
    assert command.main("deploy", ["--env", "dev", "--built", str(packaging.ROOT)]) == 1
    assert "--built names the sources" in capsys.readouterr().err
    (tmp_path / "template.yaml").write_bytes(b"\xff")
    assert command.main("deploy", ["--env", "dev", "--built", str(tmp_path)]) == 1
    assert "is not UTF-8" in capsys.readouterr().err
    assert command.main("deploy", ["--env", "dev", "--parameter", "Linkbase=x"]) == 1
    assert capsys.readouterr().err == "the template has no parameter Linkbase\n"
    assert asked == []


class NotHttp(socketserver.BaseRequestHandler):
    """Answers what a server that is no HTTP server says."""

    def handle(self) -> None:
        self.request.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")


def test_an_answer_that_is_none_of_http_fails_the_smoke_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke, "SECONDS_MAX", 0.0)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), NotHttp) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        with pytest.raises(Failure, match=r"the smoke test failed: GET http.* was not answered"):
            smoke.check(url, "1001", is_served=True)
        server.shutdown()


@pytest.mark.parametrize("error", [KeyError("GetCallerIdentityResult"), ResponseParserError("no XML")])
def test_an_endpoint_that_is_none_of_awss_is_one_line(error: Exception) -> None:
    said = r"^the account cannot be asked: the answer is none of AWS's"
    with pytest.raises(Failure, match=said), aws.one_line("the account cannot be asked"):
        raise error


class KnownReleases:
    def all(self) -> list[Release]:
        return [Release(number, number - 1, "commit", "2026-11-27", {}) for number in (1, 2, 3)]


@pytest.mark.parametrize("number", [0, -1, 9])
def test_a_release_that_does_not_exist_is_not_taken_for_the_one_before(number: int) -> None:
    known: Any = KnownReleases()
    first, _, last = known.all()
    assert command._wanted(known, last, None).number == 2
    with pytest.raises(Failure, match=f"there is no release {number}"):
        command._wanted(known, last, number)
    with pytest.raises(Failure, match="release 1 is the first"):
        command._wanted(known, first, None)


def test_parameters_are_read_as_sam_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "samconfig.toml"
    file.write_text(
        "[dev.global.parameters]\nstack_name = 'a'\n[dev.deploy.parameters]\n"
        "parameter_overrides = ['A=1', 'Subnets=\"x,y\"']\ncapabilities = 'CAPABILITY_NAMED_IAM'\n"
    )
    found = settings.read(file, "dev")
    assert found.parameters == {"A": "1", "Subnets": "x,y"}
    assert found.capabilities == ("CAPABILITY_AUTO_EXPAND", "CAPABILITY_NAMED_IAM")
    monkeypatch.setenv("LOCKFILL_PARAMETER_RedisUrl", "rediss://secret")
    assert settings.secret_parameters() == {"RedisUrl": "rediss://secret"}


def test_the_smoke_tests_unit_is_named_or_the_stacks_own() -> None:
    options = arguments.parse("rollback", [])
    with pytest.raises(Failure, match="name a unit for which the smoke test asks: --unit ID"):
        command._choose_unit(options, {}, Deployed("stack", "CREATE_COMPLETE", {}, {}))
    command._choose_unit(options, {}, Deployed("stack", "CREATE_COMPLETE", {}, {"SmokeUnitId": "1002"}))
    assert options.unit == "1002"
    named = arguments.parse("rollback", ["--unit", "1001"])
    command._choose_unit(named, {"SmokeUnitId": "1003"}, None)
    assert named.unit == "1001"


def test_a_folder_without_a_build_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"has no template\.yaml: it is not an output of `sam build`"):
        packaging.template(tmp_path)


@pytest.mark.parametrize(
    "body", ["[", "text", "Resources: {CatalogFunction: {Properties: {CodeUri: ./local}}}"]
)
def test_a_template_without_packaged_code_is_refused(body: str) -> None:
    with pytest.raises(Failure, match="the template"):
        templates.catalog_code(body)


def test_packaged_code_is_found_in_both_forms() -> None:
    head = "Resources:\n  CatalogFunction:\n    Properties:\n      Role: !GetAtt Role.Arn\n      CodeUri: "
    for form in ("s3://bucket/path/key", "{Bucket: bucket, Key: path/key}"):
        assert templates.catalog_code(head + form) == templates.S3Object("bucket", "path/key")


def test_a_parameter_is_a_name_and_a_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert arguments.parse("deploy", ["--parameter", "A=b=c"]).parameter == [("A", "b=c")]
    with pytest.raises(SystemExit):
        arguments.parse("deploy", ["--parameter", "A"])
    assert "is not NAME=VALUE" in capsys.readouterr().err
