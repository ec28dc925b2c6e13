"""The deployed server: the process, its log, its end and the files that it leaves."""

import http.client
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from email.message import Message
from pathlib import Path
from typing import NamedTuple
from unittest import TestCase

MONOLITH = Path(__file__).resolve().parents[2]
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 10


class Response(NamedTuple):
    status: int
    headers: Message
    text: str


class Server:
    """gunicorn as a process, on a free port that the system chooses."""

    def __init__(self, folder: Path) -> None:
        self.log: list[str] = []
        self.database_path = folder / "monolith.sqlite3"
        self.environment = {
            **os.environ,
            "HOME": str(folder),
            "MONOLITH_SECRET_KEY": secrets.token_urlsafe(48),
            "MONOLITH_DATABASE_PATH": str(self.database_path),
            "MONOLITH_BIND": "127.0.0.1:0",
            "MONOLITH_DEBUG": "0",
        }
        for name in ("XDG_RUNTIME_DIR", "MONOLITH_DATABASE_URL"):
            self.environment.pop(name, None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", str(MONOLITH / "gunicorn.conf.py")],
            cwd=folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        self.output = self.process.stdout
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        self.port = int(self.wait_for(r"Listening at: http://127\.0\.0\.1:(\d+)").group(1))

    def _read_log(self) -> None:
        for line in self.output:
            self.log.append(line)

    def wait_for(self, pattern: str) -> re.Match[str]:
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            if found := re.search(pattern, "".join(self.log)):
                return found
            time.sleep(0.05)
        raise AssertionError(f"{pattern} is not in the log:\n{''.join(self.log)}")

    def migrate(self) -> None:
        subprocess.run(
            [sys.executable, str(MONOLITH / "manage.py"), "migrate", "--verbosity", "0"],
            env=self.environment,
            check=True,
            timeout=START_SECONDS_MAX,
        )

    def get(self, target: str, headers: Mapping[str, str] | None = None) -> Response:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", target, headers=headers or {})
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return Response(response.status, response.headers, text)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return_code = self.process.wait(timeout=STOP_SECONDS_MAX)
        self._reader.join()
        self.output.close()
        return return_code


class GunicornTests(TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.server = Server(self.folder)
        self.addCleanup(self._kill)

    def _kill(self):
        if self.server.process.poll() is None:
            self.server.process.kill()
            self.server.process.wait()
            self.server.output.close()

    def test_from_start_to_stop(self):
        server = self.server

        # A health check fails without a database, and succeeds as soon as there is one. Every line
        # about a request has the balancer's trace id.
        trace = "1-67891233-abcdef012345678912345678"
        traced = {"X-Amzn-Trace-Id": f"Self={trace};Root=a-client's-text"}
        self.assertEqual(server.get("/healthz", traced).status, 503)
        server.wait_for(f"The database cannot be read: .* trace={trace}\n")
        server.wait_for(f'"GET /healthz HTTP/1\\.1" 503 .* trace={trace} request_id=-\n')
        # An earlier release left its database open to every user of the machine.
        server.database_path.touch(mode=0o644)
        server.database_path.chmod(0o644)
        server.migrate()
        self.assertEqual(server.get("/healthz").status, 200)

        # The style sheets of the admin need no build step.
        login = server.get("/admin/login/?next=/admin/")
        self.assertEqual(login.status, 200)
        style_sheet = re.search(r'href="(/static/admin/css/base\.[^"]*css)"', login.text)
        assert style_sheet is not None
        content_type = server.get(style_sheet.group(1)).headers["content-type"]
        self.assertEqual(content_type, 'text/css; charset="utf-8"')

        # A path cannot forge a line of the log, and the log has no query.
        server.get("/api/forged%0Aline?secret=in-the-query")
        server.wait_for(r'"GET /api/forged%0Aline HTTP/1\.1" 404')

        # The log has neither the id of a device, which is a credential, nor a token.
        token = "k1." + "eyJyIjoi" * 20
        server.get("/api/v1/app/devices/the-phone-of-a-user/settings")
        server.wait_for(r'"GET /api/v1/app/devices/…/settings HTTP/1\.1" 200')
        for target in (
            "/api/v1/app/devices/the-phone-of-a-user/setting",
            "/api/v1/app/devices/the/phone-of-a-user/settings",
            f"/api/v1/events/click/{token}",
            f"/{token}",
        ):
            server.get(target)

        # A connection that the balancer keeps open does not delay the stop of the server.
        kept = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        kept.request("GET", "/healthz")
        kept.getresponse().read()
        self.addCleanup(kept.close)

        self.assertEqual(server.stop(), 0)
        log = "".join(server.log)
        for private in ("in-the-query", "phone-of-a-user", token):
            self.assertNotIn(private, log)
        modes = {oct(path.stat().st_mode & 0o777) for path in self.folder.rglob("*")}
        self.assertEqual(modes, {"0o600"}, "only its owner reads what Django writes")
        names = {path.name for path in self.folder.rglob("*")}
        self.assertLessEqual(names, {f"monolith.sqlite3{end}" for end in ("", "-wal", "-shm")})
