"""Lockfill as containers on one machine, with a real engine."""

import json
import os
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from device import LOCKSCREEN
from lockfill import debian, docker_engine, local_secrets, web
from lockfill.box import secret_files
from lockfill.box.box import Box
from lockfill.build import FUNCTIONS
from lockfill.ports import free_port
from lockfill.stack import Stack
from parity_runs import parity
from stacks import running_stack

pytestmark = pytest.mark.long
REQUESTS = 1_000
STOP_SECONDS_MAX = 10.0
# A run that hangs ends. What is compared does not depend on how long it takes.
PARITY_SECONDS_MAX = 1_200.0
STACK_PORT = free_port()
# Of box and stack. Thirty programs share this machine, and a missed deadline marks an answer as degraded.
REDIS_DEADLINE_MS = 1_000


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """All containers, with the secrets of this machine, so that its stack answers the same."""
    folder = tmp_path_factory.mktemp("box")
    try:
        with docker_engine.engine() as engine:
            variables = {
                "LOCKFILL_REDIS_DEADLINE_MS": str(REDIS_DEADLINE_MS),
                # Answers of both are compared, so their links are the same.
                "LOCKFILL_LINK_BASE_URL": f"http://127.0.0.1:{STACK_PORT}",
            }
            box = Box(engine, folder, free_port(), f"lockfill-test-{os.getpid()}", variables)
            _take_secrets_of_this_machine(folder)
            box.prepare("dev")
            try:
                box.up()
                yield box
            finally:
                box.down()
    except debian.Unavailable as missing:
        pytest.skip(f"SKIPPED, so that the containers are not seen: {missing}")


def _take_secrets_of_this_machine(folder: Path) -> None:
    secret_files.make(folder)
    variables = secret_files.read(folder, "functions.env")
    variables["LOCKFILL_SIGNING_KEYS"] = f"dev1:{local_secrets.read('signing-key')}"
    variables["LOCKFILL_USER_KEY_SECRETS"] = f"{local_secrets.read('user-key-secret')},none"
    variables["LOCKFILL_DEBUG_TOKEN"] = local_secrets.read("debug-token")
    text = "".join(f"{name}={value}\n" for name, value in variables.items())
    local_secrets.write_private(folder / "functions.env", text)


def test_every_part_of_the_box_answers_through_nginx(box: Box) -> None:
    answer = web.get(f"{box.url}{LOCKSCREEN}?unit_id=1001&user_id=u1&country=KR")
    assert (answer.status, answer.served_by) == (200, "http")
    link = answer.json["slots"][0]["tracking"]["impression_url"]
    link = link.replace(f"http://127.0.0.1:{STACK_PORT}", box.url)
    assert link.startswith(box.url)
    impression = web.get(link, user_agent="phone")
    assert (impression.status, impression.headers["x-lockfill-recorded"]) == (200, "yes")
    assert web.get(link, user_agent="phone").headers["x-lockfill-recorded"] == "repeated"
    password = secret_files.read(box.folder, "django.env")["MONOLITH_ADMIN_PASSWORD"]
    assert web.log_in(box.url, "admin", password).status == 302
    assert web.get(f"{box.url}/static/admin/css/base.css").headers["content-type"].startswith("text/css")


def test_no_program_of_this_project_runs_as_root_and_no_secret_is_readable_by_others(box: Box) -> None:
    for service in ("ads-1", "events-2", "catalog", "pacing", "django", "publish-worker", "nginx", "redis"):
        assert box.compose("exec", "-T", service, "id", "-u").strip() == "65532", service
    for file in box.folder.glob("*.env"):
        is_secret = file != box.environment_file
        assert not is_secret or file.stat().st_mode & 0o077 == 0, file


def test_a_thousand_requests_have_the_answers_of_the_local_balancer(
    box: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running_stack(tmp_path / "stack", port=STACK_PORT, redis_deadline_ms=REDIS_DEADLINE_MS) as stack:
        _write_equal_gates(stack, box)
        _wait_until_served(stack, box)
        units = ("--unit", "1001", "1002", "1003")
        token = ("--debug-token-file", local_secrets.path("debug-token"))
        # Their histories of users are apart, and no user of these requests has one.
        sides = ("--left", box.url, "--right", stack.url)
        seed = random.SystemRandom().randrange(1, 1_000_000)
        # It asks again for answers that a missed deadline has marked, up to ten times each.
        words = (*sides, *units, *token, "--requests", REQUESTS, "--seed", seed)
        result = parity(*words, seconds_max=PARITY_SECONDS_MAX)
    with capsys.disabled():
        print(f"\n{result.stdout}")
    assert result.returncode == 0, result.stdout + result.stderr


def _write_equal_gates(stack: Stack, box: Box) -> None:
    """One table of gates for both, of a version that the pacing of neither reaches."""
    text = json.dumps({"version": int(time.time()) // 60 + 1_000_000})
    file = stack.folder / "gates.json"
    file.write_text(text)
    stack.write_gates(file)
    script = f"printf '%s' '{text}' > /tmp/gates.json && catalog-cli write-gates /tmp/gates.json"
    box.compose("exec", "-T", "counters", "sh", "-c", script)


def _wait_until_served(stack: Stack, box: Box) -> None:
    """Until all processes of both have loaded the catalog and the gates, and know the histories of users."""
    deadline = time.monotonic() + 60
    for url in (stack.url, box.url):
        in_a_row = 0
        while in_a_row < 20:
            answer = web.get(f"{url}{LOCKSCREEN}?unit_id=1001&user_id=u1&country=KR")
            is_whole = answer.status == 200 and answer.headers["x-lockfill-degraded"] is None
            is_equal = int(answer.headers["x-lockfill-gates"] or 0) > time.time() // 60 + 1_000
            in_a_row = in_a_row + 1 if is_whole and is_equal else 0
            assert time.monotonic() < deadline, (url, answer.status, answer.headers.items())


@pytest.mark.parametrize("function", ["lockscreen"])
def test_a_rolling_restart_of_a_function_fails_no_request(box: Box, function: str) -> None:
    before = {number: box.container(f"{function}-{number}") for number in (1, 2)}
    statuses: list[int] = []
    stop = threading.Event()

    def ask(number: int) -> None:
        while not stop.is_set():
            user = f"user_id=u{number}&country=KR"
            if number % 2:
                answer = web.get(f"{box.url}{LOCKSCREEN}?unit_id=1001&{user}")
            else:
                answer = web.post_json(f"{box.url}{LOCKSCREEN}", {"unit_id": "1001", "user_id": f"u{number}"})
            statuses.append(answer.status)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        box.roll(function)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert len(statuses) > 100
    assert set(statuses) == {200}
    assert all(box.container(f"{function}-{number}") != old for number, old in before.items())


def test_every_container_stops_within_ten_seconds_of_being_asked(box: Box) -> None:
    seconds = {}
    others = ("catalog", "schedule", "publish-worker", "django", "nginx", "redis", "dynamodb", "mariadb")
    for service in (*(f"{name}-1" for name in FUNCTIONS), *others):
        container = box.container(service)
        started = time.monotonic()
        box.engine.run("stop", "stop", "--time", "30", container)
        seconds[service] = time.monotonic() - started
        code = box.engine.run("inspect-stopped", "inspect", "--format", "{{.State.ExitCode}}", container)
        # 137 would be a container that was killed.
        assert code.strip() in ("0", "143"), (service, code)
    print(seconds)
    assert max(seconds.values()) <= STOP_SECONDS_MAX, seconds
