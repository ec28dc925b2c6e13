"""`scripts/dev` as a person meets it."""

import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from lockfill import ROOT, web
from lockfill.ports import free_port
from lockfill.running import descendants, name, state
from waiting import eventually

DEV = str(ROOT / "scripts" / "dev")


def dev(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **variables}
    command = [DEV, *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)


def test_a_port_in_use_is_one_line_and_a_failure() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        outcome = dev(PORT=str(port))
    assert outcome.returncode == 1
    assert len(outcome.stderr.splitlines()) == 1, outcome.stderr
    assert f"port {port}" in outcome.stderr


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    outcome = dev(PORT=port)
    assert (outcome.returncode, len(outcome.stderr.splitlines())) == (1, 1), outcome.stderr


def test_everything_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    for tool in ("sh", "dirname", "sed", "cut"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
    outcome = dev(PATH=str(tmp_path))
    assert outcome.returncode == 1
    for wanted in ("Rust", "Python", "C compiler"):
        assert wanted in outcome.stderr


def test_an_old_python_is_named_with_what_is_wanted(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && { echo Python 3.6.9; exit; }\nexit 1\n')
    old.chmod(0o755)
    outcome = dev(PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert outcome.returncode == 1
    assert "Python 3.10 or newer, found Python 3.6.9" in outcome.stderr


def test_help_is_for_a_stranger() -> None:
    outcome = dev("--help")
    assert outcome.returncode == 0
    for word in ("--check", "PORT", "examples:"):
        assert word in outcome.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["sigterm", "ctrl-c"])
def test_sigterm_and_ctrl_c_leave_nothing_running(number: int, tmp_path: Path) -> None:
    port = free_port()
    env = {**os.environ, "PORT": str(port)}
    with (tmp_path / "output").open("w") as output:
        process = subprocess.Popen([DEV], env=env, stdout=output, stderr=output, start_new_session=True)
        try:
            eventually("it serves", lambda: _answers(port), 120)
            below = descendants(process.pid)
            assert len(below) >= 5, "stores, Django, the balancer and a function"
            process.send_signal(number)
            assert process.wait(30) == 0
        finally:
            process.kill()
            shutil.rmtree(ROOT / ".local" / "dev" / str(port), ignore_errors=True)
    assert [pid for pid in below if state(pid) not in ("", "Z")] == []


@pytest.mark.long
def test_a_stack_that_keeps_going_tells_what_ended_and_starts_it_again(tmp_path: Path) -> None:
    port = free_port()
    folder = ROOT / ".local" / "dev" / str(port)
    shown = tmp_path / "output"
    command = [DEV, "--keep-going"]
    with shown.open("w") as output:
        env = {**os.environ, "PORT": str(port), "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(command, env=env, stdout=output, stderr=output, start_new_session=True)
        try:
            eventually("it keeps going", lambda: "Keeps going: redis-server" in shown.read_text(), 120)
            (redis,) = [pid for pid in descendants(process.pid) if name(pid) == "redis-server"]
            os.kill(redis, signal.SIGKILL)
            eventually("it tells", lambda: "redis-server has ended (by signal 9)" in shown.read_text())
            assert f"touch {folder}/restart/redis-server" in shown.read_text()
            assert _answers(port), "an answer needs no Redis"
            manage = folder / "manage"
            assert manage.stat().st_mode & 0o077 == 0, "it holds secrets"
            _, _, numbers = shown.read_text().partition("publish-worker (")
            os.kill(int(numbers.partition(")")[0]), signal.SIGSTOP)
            check = [manage, "publish_worker", "--check"]
            silent = "the worker has shown no sign of life for 10 s"
            eventually("the check fails", lambda: silent in _errors(*check), 60)
            (folder / "restart" / "no-program").touch()
            eventually("it tells", lambda: "There is no program no-program" in shown.read_text())
            (folder / "restart" / "redis-server").touch()
            eventually("it is back", lambda: "redis-server is started again." in shown.read_text(), 20)
            assert [pid for pid in descendants(process.pid) if name(pid) == "redis-server"] != [redis]
            assert process.poll() is None
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        finally:
            process.kill()
            shutil.rmtree(folder, ignore_errors=True)


def _errors(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stderr


def _answers(port: int) -> bool:
    query = "unit_id=1001&user_id=u1"
    try:
        return web.get(f"http://127.0.0.1:{port}/api/v1/allocation/lockscreen?{query}").status == 200
    except OSError:
        return False
