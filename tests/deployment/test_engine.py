"""A release goes into a CloudFormation that is not this project's, serves, is changed and comes back.

The tests are one story, in the order of the file: each begins with the stack that the one before left.
"""

import json
import shutil
import subprocess
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import built
import pytest
from engine import UNIT, Done, Engine, rules_of

from lockfill import ROOT, install, web

QUESTION = f"unit_id={UNIT}&user_id=test"
# Of other_format.py.
FORMAT = 99_001
DEMO = ROOT / "infra" / "demo" / "catalog.json"


def test_a_dry_run_before_the_first_deployment_creates_nothing(engine: Engine, first_build: Path) -> None:
    before = engine.everything()
    done = engine.run("deploy", "--built", first_build, "--dry-run")
    assert done.code == 0, done.errors
    assert "AdsFunction (AWS::Serverless::Function)" in done.output
    assert "would be created" in done.output
    assert engine.everything() == before


def test_a_rollback_before_the_first_deployment_is_refused(engine: Engine) -> None:
    done = engine.run("rollback", "--unit", UNIT)
    assert (done.code, done.errors) == (1, f"there is no stack {engine.stack}: nothing was deployed yet\n")


def test_a_parameter_without_a_value_is_named(engine: Engine, first_build: Path) -> None:
    parameters = {name: value for name, value in _configured(engine).items() if name != "LinkBaseUrl"}
    before = engine.config.read_text()
    engine.configure(parameters)
    done = engine.deploy(first_build)
    engine.config.write_text(before)
    assert done.code == 1
    assert done.errors.startswith("parameters without a value: LinkBaseUrl; name them with --parameter")
    assert len(done.errors.splitlines()) == 1


def test_the_first_deployment_creates_the_stack(engine: Engine, first_build: Path) -> None:
    done = engine.deploy(first_build)
    assert done.code == 0, done.errors
    assert engine.status() == "CREATE_COMPLETE"
    assert "AdsFunction: create complete" in done.output
    assert f"Release 1 of {engine.stack} serves." in done.output


def test_the_rules_are_those_of_the_local_balancer(engine: Engine, programs: Path) -> None:
    command = [programs / "local-alb", "routes", "--template", ROOT / "template.yaml"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[1:]
    found = rules_of(engine)
    assert len(found) == len(shown)
    for (priority, paths, group), line in zip(found, shown, strict=True):
        words = line.split()
        assert words[0] == priority
        if priority == "default":
            # Its group has no name of its own.
            assert words[1] == "MonolithTargetGroup"
            continue
        assert [word for word in words if word.startswith("/")] == paths
        assert f"{group.capitalize()}TargetGroup" in words


@pytest.mark.parametrize("api", ["ads", "contents", "lockscreen"])
def test_an_allocation_goes_through_balancer_and_function(engine: Engine, api: str) -> None:
    if not _is_published(engine):
        engine.publish(DEMO)
    answer = web.get(f"{engine.balancer_url}/api/v1/allocation/{api}?{QUESTION}&country=KR&count=3")
    assert answer.status == 200, answer.body
    assert answer.served_by == "lambda"
    assert answer.json["catalog_version"] == 1
    assert len(answer.json["slots"]) == 3


def test_deploying_the_same_again_is_nothing_to_do(engine: Engine, first_build: Path) -> None:
    before = engine.everything()
    done = engine.deploy(first_build)
    assert (done.code, done.errors) == (1, f"nothing to do: the stack {engine.stack} is as it should be\n")
    assert engine.everything() == before


def test_a_dry_run_names_what_changes_and_changes_nothing(
    engine: Engine, first_build: Path, tmp_path: Path
) -> None:
    second = built.release(first_build, tmp_path / "second")
    before = engine.everything()
    done = engine.run("deploy", "--built", second, "--dry-run")
    assert done.code == 0, done.errors
    assert "changed  AdsFunction (AWS::Lambda::Function; its Code)" in done.output
    assert "LockscreenFunction (" not in done.output
    assert engine.everything() == before


def test_a_table_is_not_replaced_without_being_told(
    engine: Engine, first_build: Path, tmp_path: Path
) -> None:
    folder = built.release(first_build, tmp_path / "other-table")
    template = folder / "template.yaml"
    billed = "      BillingMode: PAY_PER_REQUEST\n"
    before, table, after = template.read_text().partition("  CatalogTable:\n")
    after = after.replace(billed, f"{billed}      TableName: another-name\n", 1)
    template.write_text(before + table + after)
    left = engine.everything()
    done = engine.deploy(folder)
    assert done.code == 1
    assert "!! CatalogTable IS REPLACED: AWS::DynamoDB::Table; its TableName" in done.output
    assert "CatalogTable (AWS::DynamoDB::Table) would be REPLACED" in done.errors
    assert engine.everything() == left


def test_a_second_release_serves_and_leaves_nothing_behind(
    engine: Engine, first_build: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    second = built.release(first_build, tmp_path_factory.mktemp("built") / "second")
    before = engine.code("ads")
    done = engine.deploy(second)
    assert done.code == 0, done.errors
    assert engine.code("ads") != before
    assert "compiling the served catalog for the release" in done.output
    assert "AdsFunction: update complete" in done.output
    assert f"of {engine.stack} serves." in done.output
    assert not [name for name, _ in engine.everything()["functions"] if name.endswith(("-next", "-previous"))]


def test_a_release_that_fails_the_smoke_test_gives_way_to_the_one_before(
    engine: Engine, first_build: Path, tmp_path: Path
) -> None:
    broken = built.release(first_build, tmp_path / "broken")
    (broken / "AdsFunction" / "bootstrap").write_text("#!/bin/sh\nexit 1\n")
    before, newest = engine.code("ads"), _releases(engine)[-1]
    done = engine.deploy(broken)
    assert done.code == 1
    assert "the smoke test failed: GET" in done.errors
    assert done.errors.splitlines()[-1].startswith(f"release {newest['number']} was restored, because ")
    assert done.errors.endswith("; it serves again\n")
    assert engine.code("ads") == before
    assert _releases(engine)[-1] == newest
    assert web.get(f"{engine.balancer_url}/api/v1/allocation/ads?{QUESTION}").status == 200


def test_a_rollback_restores_the_release_before(engine: Engine) -> None:
    now = engine.code("ads")
    dry = engine.run("rollback", "--dry-run")
    assert dry.code == 0, dry.errors
    assert engine.code("ads") == now
    done = engine.run("rollback", "--yes", *engine.smoke_test())
    assert done.code == 0, done.errors
    assert engine.code("ads") != now
    releases = _releases(engine)
    # A second rollback would go further back, and not forth again.
    assert releases[-1]["before"] == releases[0]["before"] == 0


def test_both_releases_compile_while_a_format_changes(
    engine: Engine, first_build: Path, tmp_path: Path
) -> None:
    other = built.release(first_build, tmp_path / "other-format")
    program = other / "CatalogFunction" / "bootstrap"
    shutil.copyfile(Path(__file__).with_name("other_format.py"), program)
    before, served = engine.code("catalog"), engine.everything()["functions"]
    # No unit of this name: the smoke test fails after its patience, so that there is time to look.
    with ThreadPoolExecutor() as background:
        deployment = background.submit(engine.deploy, other, "--unit", "no-such-unit")
        named = _compilers_as_django_reads_them(engine, deployment)
        done = deployment.result()
    assert done.code == 1
    assert "publications are written in both" in done.output
    assert f"{FORMAT} {engine.stack}-catalog-next" in named
    own = [line for line in named if line.endswith(f" {engine.stack}-catalog-previous")]
    assert len(own) == len(named) - 1 >= 1
    # Nothing is left, and the old release compiles.
    assert _compilers_as_django_reads_them(engine, deployment) == []
    assert engine.code("catalog") == before
    assert engine.everything()["functions"] == served


def test_a_parameter_and_a_secret_that_change_alone_reach_each_function(
    engine: Engine, first_build: Path
) -> None:
    for words in (["--parameter", "UserEventsMax=601"], []):
        before = engine.live_versions()
        done = engine.deploy(first_build, *words)
        assert done.code == 0, done.errors
        after = engine.live_versions()
        assert len(after) == 6
        assert all(int(after[name]) > int(version) for name, version in before.items()), (before, after)
        done = engine.deploy(first_build)
        assert done.errors == f"nothing to do: the stack {engine.stack} is as it should be\n"
        engine.put_pending_signing_key()


def _compilers_as_django_reads_them(engine: Engine, deployment: Future[Done]) -> list[str]:
    """Lines `FORMAT FUNCTION`, by the publisher's own code; waits for one while the deployment goes on."""
    python, script = (
        install.environment("monolith"),
        (
            "import boto3, sys; from publishing.dynamodb.formats import Formats;"
            "found = Formats(boto3.client('dynamodb'), sys.argv[1]).compilers();"
            "print(*(f'{number} {function}' for number, function in found.items()), sep='\\n')"
        ),
    )
    env = {**engine.environment, "PYTHONPATH": str(ROOT / "infra" / "monolith")}
    while True:
        is_over = deployment.done()
        command = [python, "-c", script, engine.outputs()["CatalogTableName"]]
        lines = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.split(
            "\n"
        )
        if (found := [line for line in lines if line]) or is_over:
            return found


def _configured(engine: Engine) -> dict[str, str]:
    line = engine.config.read_text().partition('parameter_overrides = "')[2].partition('"')[0]
    return dict(word.split("=", 1) for word in line.split())


def _is_published(engine: Engine) -> bool:
    key = {"pk": {"S": "pointer"}, "sk": {"S": "catalog"}}
    return "Item" in engine.dynamodb.get_item(TableName=engine.outputs()["CatalogTableName"], Key=key)


def _releases(engine: Engine) -> list[dict[str, object]]:
    bucket = next(each["Name"] for each in engine.s3.list_buckets()["Buckets"])
    found = engine.s3.list_objects_v2(Bucket=bucket, Prefix=f"{engine.stack}/releases/").get("Contents", [])
    keys = sorted(each["Key"] for each in found if each["Key"].endswith(".json"))
    return [json.loads(engine.s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys]
