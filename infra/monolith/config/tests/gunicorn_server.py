"""gunicorn as a process of its own, for the tests of the deployed server."""

import http.client
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from email.message import Message
from pathlib import Path
from typing import NamedTuple

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
