"""`scripts/dev` as a person meets it."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

from lockfill import ROOT, web
from lockfill.running import descendants, state
from lockfill.stack import free_port
from support import eventually

DEV = ROOT / "scripts" / "dev"


def dev(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **variables}
    command = [DEV, *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)


class DevCommand(unittest.TestCase):
    def test_a_port_in_use_is_one_line_and_a_failure(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            outcome = dev(PORT=str(port))
        self.assertEqual(outcome.returncode, 1)
        self.assertEqual(len(outcome.stderr.splitlines()), 1, outcome.stderr)
        self.assertIn(f"port {port}", outcome.stderr)

    def test_a_port_that_is_none_is_refused(self) -> None:
        for port in ("http", "0", "65536", "-1"):
            outcome = dev(PORT=port)
            self.assertEqual((outcome.returncode, len(outcome.stderr.splitlines())), (1, 1), outcome.stderr)

    def test_everything_that_is_missing_is_named_at_once(self) -> None:
        with tempfile.TemporaryDirectory() as tools:
            for tool in ("sh", "dirname", "sed", "cut"):
                Path(tools, tool).symlink_to(shutil.which(tool) or tool)
            outcome = dev(PATH=tools)
        self.assertEqual(outcome.returncode, 1)
        for wanted in ("Rust", "Python", "C compiler"):
            self.assertIn(wanted, outcome.stderr)

    def test_an_old_python_is_named_with_what_is_wanted(self) -> None:
        with tempfile.TemporaryDirectory() as tools:
            old = Path(tools, "python3")
            old.write_text('#!/bin/sh\n[ "$1" = -V ] && { echo Python 3.6.9; exit; }\nexit 1\n')
            old.chmod(0o755)
            outcome = dev(PATH=f"{tools}:{os.environ['PATH']}")
        self.assertEqual(outcome.returncode, 1)
        self.assertIn("Python 3.10 or newer, found Python 3.6.9", outcome.stderr)

    def test_help_is_for_a_stranger(self) -> None:
        outcome = dev("--help")
        self.assertEqual(outcome.returncode, 0)
        for word in ("--check", "PORT", "examples:"):
            self.assertIn(word, outcome.stdout)

    def test_sigterm_and_ctrl_c_leave_nothing_running(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            self.stops_on(number)

    def stops_on(self, number: int) -> None:
        port = free_port()
        env = {**os.environ, "PORT": str(port)}
        with tempfile.TemporaryFile("w+") as output:
            process = subprocess.Popen([DEV], env=env, stdout=output, stderr=output, start_new_session=True)
            try:
                eventually("it serves", lambda: _answers(port), 120)
                below = descendants(process.pid)
                self.assertGreaterEqual(len(below), 5, "stores, Django, the balancer and a function")
                process.send_signal(number)
                self.assertEqual(process.wait(30), 0)
            finally:
                process.kill()
                shutil.rmtree(ROOT / ".local" / "dev" / str(port), ignore_errors=True)
        left = [pid for pid in below if state(pid) not in ("", "Z")]
        self.assertEqual(left, [])


def _answers(port: int) -> bool:
    query = "unit_id=1001&user_id=u1"
    try:
        return web.get(f"http://127.0.0.1:{port}/api/v1/allocation/lockscreen?{query}").status == 200
    except OSError:
        return False
