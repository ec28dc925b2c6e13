"""The deployed server: the process, its log, its end and the files that it leaves."""

import http.client
import re
import tempfile
from pathlib import Path
from unittest import TestCase

from config.tests.gunicorn_server import Server


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
