"""nginx with the exported routing, and local-alb with the template: the same requests, the same answers."""

import contextlib
import http.client
import json
import re
import shutil
import socket
import tempfile
import threading
import unittest
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from routing_world import GROUPS, World

from lockfill import build, debian, nginx
from lockfill.processes import Child, clean_environment, run, start
from lockfill.stack import free_port
from support import FOLDERS

TEMPLATES = 12
REQUESTS_PER_TEMPLATE = 120
RULES = 14
FORWARDED = ("host", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-amzn-trace-id", "x-stage")


class Echo(BaseHTTPRequestHandler):
    """A target that says which it is and what it was asked."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __getattr__(self, name: str) -> Any:
        # Any method, those that nobody has heard of too.
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        seen = {name: self.headers.get_all(name) for name in FORWARDED if name in self.headers}
        document = {"target": self.server.name, "method": self.command, "path": self.path}
        text = json.dumps({**document, "headers": seen, "bytes": len(body)}).encode()
        self.send_response(200)
        self.send_header("x-target", self.server.name)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def log_message(self, *_arguments: Any) -> None:
        pass


class Target(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), Echo)
        self.name = name
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


def ask(port: int, request: dict[str, Any]) -> dict[str, Any]:
    """An answer, without what must differ: ports, trace ids, pages and names of the programs themselves."""
    with contextlib.closing(
        socket.create_connection(("127.0.0.1", port), 10, (request["source"], 0))
    ) as sock:
        lines = [f"{request['method']} {request['target']} HTTP/1.1", f"Host: {request['host']}"]
        lines += [f"{name}: {value}" for name, value in request["headers"]]
        if request["body"]:
            lines.append(f"Content-Length: {len(request['body'])}")
        head = "\r\n".join([*lines, "Connection: close", "", ""]).encode()
        sock.sendall(head + request["body"])
        response = http.client.HTTPResponse(sock, method=request["method"])
        response.begin()
        body = response.read()
    answer: dict[str, Any] = {"status": response.status, "location": response.headers["location"]}
    answer["target"] = response.headers["x-target"]
    # nginx gives an answer without content no type.
    is_fixed = (response.headers["content-type"] or "").endswith("charset=utf-8") and response.status != 204
    if answer["target"] or is_fixed:
        answer["type"] = response.headers["content-type"]
        answer["body"] = body.decode()
    text = (
        json.dumps(answer)
        .replace(f":{port}", ":PORT")
        .replace(f"/{port}", "/PORT")
        .replace(f'\\"{port}\\"', "PORT")
    )
    return json.loads(re.sub(r"1-[0-9a-f]{8}-[0-9a-f]{24}", _named, text))


def _named(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("1-00000000") else "1-NEW"


class ExportedRouting(unittest.TestCase):
    """The exported configuration of nginx routes as local-alb does."""

    @classmethod
    def setUpClass(cls) -> None:
        try:
            debian.install("nginx").program("nginx")
        except debian.Unavailable as missing:
            raise unittest.SkipTest(
                f"SKIPPED, so that the export is not compared with nginx: {missing}"
            ) from None
        cls.program = build.target_folder() / "local-alb"
        cls.targets = [Target(name) for name in GROUPS]
        FOLDERS.mkdir(parents=True, exist_ok=True)

    @classmethod
    def tearDownClass(cls) -> None:
        for target in cls.targets:
            target.shutdown()
            target.server_close()

    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=FOLDERS))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def both(self, template: dict[str, Any]) -> tuple[int, int]:
        """The ports of local-alb and of nginx, with the same routing."""
        file = self.folder / "template.json"
        file.write_text(json.dumps(template))
        options = [f"--target={target.name}={target.url}" for target in self.targets]
        options.append(f"--template={file}")
        command = [self.program, "serve", "--listen=127.0.0.1:0", *options]
        child = start("local-alb", command, self.folder / "local-alb.log", clean_environment())
        self.addCleanup(child.stop)
        url = child.wait_for_line("local-alb: listening on ")
        return int(url.rpartition(":")[2]), self.nginx(options)

    def nginx(self, options: list[str]) -> int:
        port = free_port()
        command = [self.program, "export", "nginx", f"--listen=127.0.0.1:{port}", *options]
        exported = run("export", command, self.folder / "export.log", clean_environment())
        # Warnings are on stderr, which the log has too.
        lines = [line for line in exported.splitlines() if not line.startswith("local-alb: ")]
        child: Child = nginx.run_nginx(self.folder, "\n".join(lines), port)
        self.addCleanup(child.stop)
        return port

    def test_generated_requests_get_the_same_answers_from_both(self) -> None:
        kinds: Counter[str] = Counter()
        for seed in range(TEMPLATES):
            world = World(seed)
            ours, theirs = self.both(world.template(RULES))
            for number in range(REQUESTS_PER_TEMPLATE):
                request = world.request()
                with self.subTest(seed=seed, number=number, request=request):
                    expected = ask(ours, request)
                    self.assertEqual(ask(theirs, request), expected)
                    kinds[expected["target"] or str(expected["status"])] += 1
            self.doCleanups()
            self.folder.mkdir()
            self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        # The requests must have been about all of it.
        for kind in (*GROUPS, "301", "302", "404", "463", "500", "503"):
            self.assertGreater(kinds[kind], 3, kinds)

    def test_weights_are_shares_and_a_cookie_leads_back(self) -> None:
        entries = [
            {"TargetGroupArn": {"Ref": "Red"}, "Weight": 1},
            {"TargetGroupArn": {"Ref": "Blue"}, "Weight": 3},
        ]
        sticky = {"Enabled": True, "DurationSeconds": 60}
        config = {"TargetGroups": entries, "TargetGroupStickinessConfig": sticky}
        template = World(0).template(0)
        listener = template["Resources"]["Listener"]["Properties"]
        listener["DefaultActions"] = [{"Type": "forward", "ForwardConfig": config}]
        _, port = self.both(template)
        seen: Counter[str] = Counter()
        cookies = {}
        for _ in range(400):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/")
            answer = connection.getresponse()
            seen[answer.headers["x-target"]] += 1
            cookies[answer.headers["x-target"]] = answer.headers.get_all("set-cookie")[0].split(";")[0]
            connection.close()
        # Five standard deviations around 100: 5 * sqrt(400 * 1/4 * 3/4) = 43.
        self.assertAlmostEqual(seen["Red"], 100, delta=43)
        for name, cookie in cookies.items():
            request = {"method": "GET", "target": "/", "host": "a", "body": b"", "source": "127.0.0.1"}
            for _ in range(8):
                self.assertEqual(ask(port, {**request, "headers": [("Cookie", cookie)]})["target"], name)


if __name__ == "__main__":
    unittest.main()
