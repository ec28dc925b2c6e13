"""nginx with the exported routing, and local-alb with the template: the same requests, the same answers."""

import contextlib
import http.client
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from echo import Target, ask
from lockfill import debian, nginx
from lockfill.ports import free_port
from lockfill.processes import clean_environment, run, start
from routing_values import GROUPS
from routing_world import Request, World

TEMPLATES = 12
REQUESTS_PER_TEMPLATE = 120
RULES = 14


@pytest.fixture(scope="module")
def local_alb(programs: Path) -> Path:
    try:
        debian.install("nginx").program("nginx")
    except debian.Unavailable as missing:
        pytest.skip(f"SKIPPED, so that the export is not compared with nginx: {missing}")
    return programs / "local-alb"


@pytest.fixture(scope="module")
def targets() -> Iterator[list[Target]]:
    targets = [Target(name) for name in GROUPS]
    yield targets
    for target in targets:
        target.close()


@contextlib.contextmanager
def both(
    local_alb: Path, targets: list[Target], folder: Path, template: dict[str, Any]
) -> Iterator[tuple[int, int]]:
    """The ports of local-alb and of nginx, with the same routing."""
    folder.mkdir()
    file = folder / "template.json"
    file.write_text(json.dumps(template))
    options = [f"--template={file}", *(f"--target={target.name}={target.url}" for target in targets)]
    with contextlib.ExitStack() as running:
        command: list[str | Path] = [local_alb, "serve", "--listen=127.0.0.1:0", *options]
        balancer = start("local-alb", command, folder / "local-alb.log", clean_environment())
        running.callback(balancer.stop)
        url = balancer.wait_for_line("local-alb: listening on ")
        port = free_port()
        command = [local_alb, "export", "nginx", f"--listen=127.0.0.1:{port}", *options]
        exported = run("export", command, folder / "export.log", clean_environment())
        # Warnings are on stderr, which the log has too.
        lines = [line for line in exported.splitlines() if not line.startswith("local-alb: ")]
        child = nginx.run_nginx(folder, "\n".join(lines), port)
        running.callback(child.stop)
        yield int(url.rpartition(":")[2]), port


def test_generated_requests_get_the_same_answers_from_both(
    local_alb: Path, targets: list[Target], tmp_path: Path
) -> None:
    kinds: Counter[str] = Counter()
    differing = []
    for seed in range(TEMPLATES):
        world = World(seed)
        with both(local_alb, targets, tmp_path / str(seed), world.template(RULES)) as (ours, theirs):
            for number in range(REQUESTS_PER_TEMPLATE):
                request = world.request()
                expected, found = ask(ours, request), ask(theirs, request)
                if found != expected:
                    differing.append(f"seed {seed}, request {number}: {request}: {found}, not {expected}")
                kinds[expected["target"] or str(expected["status"])] += 1
    assert not differing, "\n".join(differing)
    # The requests must have been about all of it.
    for kind in (*GROUPS, "301", "302", "404", "463", "500", "503"):
        assert kinds[kind] > 3, kinds


def test_weights_are_shares_and_a_cookie_leads_back(
    local_alb: Path, targets: list[Target], tmp_path: Path
) -> None:
    entries = [
        {"TargetGroupArn": {"Ref": "Red"}, "Weight": 1},
        {"TargetGroupArn": {"Ref": "Blue"}, "Weight": 3},
    ]
    sticky = {"Enabled": True, "DurationSeconds": 60}
    config = {"TargetGroups": entries, "TargetGroupStickinessConfig": sticky}
    template = World(0).template(0)
    listener = template["Resources"]["Listener"]["Properties"]
    listener["DefaultActions"] = [{"Type": "forward", "ForwardConfig": config}]
    with both(local_alb, targets, tmp_path / "weights", template) as (_, port):
        seen: Counter[str] = Counter()
        cookies: dict[str, str] = {}
        for _ in range(400):
            target, cookie = answering_target(port)
            seen[target] += 1
            cookies[target] = cookie
        # Five standard deviations around 100: 5 * sqrt(400 * 1/4 * 3/4) = 43.
        assert seen["Red"] == pytest.approx(100, abs=43)
        request = Request("GET", "/", "a")
        for name, cookie in cookies.items():
            for _ in range(8):
                assert ask(port, replace(request, headers=[("Cookie", cookie)]))["target"] == name


def answering_target(port: int) -> tuple[str, str]:
    """The target that answered, and the cookie that leads back to it."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", "/")
        answer = connection.getresponse()
        cookies = answer.headers.get_all("set-cookie") or [""]
        return answer.headers["x-target"] or "", cookies[0].split(";")[0]
