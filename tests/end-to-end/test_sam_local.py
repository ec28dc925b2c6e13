"""AWS's SAM command line runs the functions in a real engine, alone and behind the local balancer."""

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from device import LOCKSCREEN
from lockfill import ROOT, build, debian, docker_engine, install, nginx, web
from lockfill.ports import free_port
from lockfill.processes import clean_environment, run, start
from lockfill.sam_local import artifacts, stores
from lockfill.sam_local.sam import FOLDER, PAYLOADS, Sam

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def programs() -> Path:
    return build.build()


@pytest.fixture(scope="module")
def sam(programs: Path) -> Iterator[Sam]:
    """Stores with the demonstration catalog, and development builds where `sam build` puts artifacts."""
    template = artifacts.development(programs, FOLDER / "build")
    try:
        with (
            docker_engine.engine() as engine,
            stores.running(engine, programs, f"lockfill-sam-test-{os.getpid()}") as running,
        ):
            sam = Sam(engine, running, template, f"http://127.0.0.1:{free_port()}")
            sam.provide_images()
            sam.write_env_vars()
            sam.write_payloads()
            yield sam
    except debian.Unavailable as missing:
        pytest.skip(f"SKIPPED, so that `sam local` is not seen: {missing}")


def test_the_variables_for_functions_are_readable_by_their_owner_alone(sam: Sam) -> None:
    assert sam.env_vars.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("payload", PAYLOADS)
def test_sam_local_invoke_answers(sam: Sam, payload: str) -> None:
    answer = sam.invoke(PAYLOADS[payload], sam.payloads / f"{payload}.json")
    assert "errorType" not in answer, answer
    if payload == "compile":
        assert answer["version"] == 1
        assert answer["line_items"] > 0
    elif payload == "why-not":
        assert answer["row"]["id"] == "li-1001"
    elif payload == "preview":
        assert answer["slots"], answer
    elif payload == "pacing":
        assert isinstance(answer, dict)
    elif payload == "events-click":
        assert answer["statusCode"] == 302, answer
    else:
        assert answer["statusCode"] == 200, answer
        headers = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
        assert "x-lockfill-degraded" not in headers or headers["x-lockfill-degraded"] == "gates", headers
    if payload == "events-batch":
        results = json.loads(answer["body"])["results"]
        assert [each["recorded"] for each in results] == ["yes", "yes"], results
    if payload == "events-impression":
        assert headers["x-lockfill-recorded"] == "yes"


def test_cargo_lambda_watch_and_invoke(sam: Sam, programs: Path, tmp_path: Path) -> None:
    cargo_lambda = install.environment("cargo-lambda").with_name("cargo-lambda")
    port = free_port()
    # The program is built already, so cargo-lambda is asked for Lambda's APIs alone.
    options = ["lambda", "watch", "--only-lambda-apis", "--invoke-port", str(port)]
    watch = start("cargo lambda watch", [cargo_lambda, *options], tmp_path / "watch.log", clean_environment())
    pairs = (line.partition("=") for line in (FOLDER / "cargo-lambda.env").read_text().splitlines())
    env = {**clean_environment(), **{name: value for name, _, value in pairs}}
    # What cargo-lambda says that a program must be given.
    env["AWS_LAMBDA_RUNTIME_API"] = f"http://127.0.0.1:{port}/.rt/ads"
    env |= {"AWS_LAMBDA_FUNCTION_NAME": "ads", "AWS_LAMBDA_FUNCTION_VERSION": "1"}
    env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = "512"
    try:
        watch.wait_until("listening", lambda: "" if nginx.listens(port) else None, 20)
        function = start("ads", [programs / "ads"], tmp_path / "ads.log", env)
        try:
            payload = str(sam.payloads / "ads.json")
            command = ["lambda", "invoke", "ads", "--invoke-port", str(port), "--data-file", payload]
            answer = run("cargo lambda invoke", [cargo_lambda, *command], tmp_path / "invoke.log", env)
        finally:
            function.stop()
    finally:
        watch.stop()
    assert json.loads(answer.splitlines()[-1])["statusCode"] == 200, answer


def test_the_local_balancer_in_front_of_sam_local_start_lambda(
    sam: Sam, programs: Path, tmp_path: Path
) -> None:
    port = free_port()
    lambdas = sam.start_lambda(port)
    try:
        command: list[str | Path] = [programs / "local-alb", "serve", f"--template={ROOT / 'template.yaml'}"]
        command += [f"--listen={sam.link_base.removeprefix('http://')}"]
        for function in artifacts.FUNCTIONS:
            url = f"http://127.0.0.1:{port}/2015-03-31/functions/{function}/invocations"
            command.append(f"--function={function}={url}")
        balancer = start("local-alb", command, tmp_path / "local-alb.log", clean_environment())
        try:
            balancer.wait_for_line("local-alb: listening on ")
            _use(sam.link_base)
        finally:
            balancer.stop()
    finally:
        lambdas.stop()


def _use(url: str) -> None:
    user = random.SystemRandom().randrange(1_000_000)
    for kind in ("ads", "contents", "lockscreen"):
        path = LOCKSCREEN.replace("lockscreen", kind)
        answer = web.request("GET", f"{url}{path}?unit_id=1001&user_id={user}&country=KR", timeout=60)
        assert (answer.status, answer.served_by) == (200, "lambda"), answer.body
        assert answer.json["slots"]
    link = answer.json["slots"][0]["tracking"]["impression_url"]
    assert link.startswith(url)
    impression = web.request("GET", link, {"user-agent": "phone"}, timeout=60)
    assert (impression.status, impression.headers["x-lockfill-recorded"]) == (200, "yes")
