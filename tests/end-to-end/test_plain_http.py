"""The functions as plain HTTP servers, on the stores that the stack's functions use under Lambda."""

import http.client
import json
import os
import shutil
import signal
import socket
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lockfill import ROOT, build, debian, nginx, web
from lockfill.processes import Child, clean_environment, run, start
from lockfill.stack import free_port
from support import FOLDERS, LOCKSCREEN, EndToEnd, debug_header, eventually, within_one_minute

QUERIES = (
    "unit_id=1001&user_id={user}&country=KR",
    "unit_id=1001&user_id={user}&country=KR&timezone=Asia%2FSeoul&interests=sports&interests=news&count=7",
    "unit_id=1003&user_id={user}%20%2B%26&language=ko&kv.%ED%95%9C=a%3Db+c",
    "unit_id=1001&user_id={user}&country=KR&limit_ad_tracking=1&shown=li-1001:1:1795000000",
    "unit_id=1001&user_id={user}&country=Korea&count=0",
    "unit_id=1001&user_id={user}&country=KR&country=JP",
    "unit_id=nobody&user_id={user}",
    "unit_id=1001&user_id={user}&now=2026-11-23T00:00:00Z",
    "",
)
COMPARED = ("content-type", "cache-control", "allow", "www-authenticate", "x-lockfill-degraded")


def comparable(answer: web.Answer) -> dict[str, Any]:
    """What must be the same whoever serves: all but ids, tokens and the server's name."""
    document = answer.json
    document.pop("request_id", None)
    for slot in document.get("slots", []):
        slot.pop("tracking", None)
    return {"status": answer.status, "json": document} | {name: answer.headers[name] for name in COMPARED}


class PlainHttp(EndToEnd):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.folder = Path(tempfile.mkdtemp(dir=FOLDERS))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.urls = {name: cls.serve(name)[1] for name in build.FUNCTIONS}

    @classmethod
    def serve(cls, function: str) -> tuple[Child, str]:
        """A function on a port of its own, until the class ends."""
        address = f"127.0.0.1:{free_port()}"
        env = {**clean_environment(), **cls.stack.function_variables(), "LOCKFILL_HTTP_ADDRESS": address}
        log = cls.folder / f"{function}-{address}.log"
        child = start(function, [cls.stack.programs / function], log, env)
        cls.addClassCleanup(child.stop)
        child.wait_for_line("listening on ")
        return child, f"http://{address}"

    def test_answers_are_those_of_the_same_function_under_lambda(self) -> None:
        for name in ("ads", "contents", "lockscreen"):
            path = f"/api/v1/allocation/{name}"
            for query in QUERIES:
                target = f"{path}?{query.format(user=self.user)}"
                with self.subTest(target=target):
                    within_one_minute(lambda target=target, name=name: self.same(target, name))

    def same(self, target: str, name: str) -> None:
        plain, under_lambda = web.get(self.urls[name] + target), self.get(target)
        self.assertEqual(comparable(plain), comparable(under_lambda))
        self.assertEqual((plain.served_by, under_lambda.served_by), ("http", "lambda"))

    def test_bodies_methods_and_debugging_are_the_same_too(self) -> None:
        body = {
            "unit_id": "1001",
            "user_id": self.user,
            "country": "KR",
            "interests": ["sports"],
            "kv": {"한": "값"},
        }
        as_json = {"content-type": "application/json"}
        asked = f"{LOCKSCREEN}?unit_id=1001&user_id={self.user}&explain=1&now=2026-11-23T08:00:00%2B09:00"
        for method, target, headers, content in (
            ("POST", LOCKSCREEN, as_json, json.dumps(body)),
            ("POST", LOCKSCREEN, as_json, "{"),
            ("POST", LOCKSCREEN, as_json, b"\xff\xfe"),
            ("DELETE", f"{LOCKSCREEN}?unit_id=1001&user_id=u", {}, None),
            ("GET", asked, debug_header(), None),
        ):
            with self.subTest(method=method, content=content):

                def attempt(method=method, target=target, headers=headers, content=content) -> None:
                    urls = (self.urls["lockscreen"], self.stack.url)
                    answers = [
                        comparable(web.request(method, url + target, headers, content)) for url in urls
                    ]
                    self.assertEqual(*answers)

                within_one_minute(attempt)

    def test_a_showing_is_counted_whoever_hands_out_its_link(self) -> None:
        shown = web.get(
            f"{self.urls['ads']}/api/v1/allocation/ads?unit_id=1001&user_id={self.user}&country=KR"
        ).json
        link = urlsplit(shown["slots"][0]["tracking"]["impression_url"]).path
        answer = web.get(self.urls["events"] + link)
        self.assertEqual((answer.status, answer.headers["content-type"]), (200, "image/gif"))
        self.assertEqual(web.get(f"{self.urls['events']}/api/v1/events/click/nothing").status, 400)

    def test_a_health_check_is_answered_and_other_paths_are_not(self) -> None:
        for name, url in self.urls.items():
            self.assertEqual(web.get(f"{url}/healthz").body, b"ok\n", name)
            self.assertEqual(web.get(f"{url}/").status, 404, name)

    def test_a_body_over_one_mebibyte_is_a_413_and_one_below_is_read(self) -> None:
        url = self.urls["lockscreen"] + LOCKSCREEN
        largest = b'{"unit_id":"1001","user_id":"u"}'.ljust(1024 * 1024)
        self.assertEqual(web.request("POST", url, {}, largest).status, 200)
        for headers, body in (
            ({}, largest + b" "),
            ({"transfer-encoding": "chunked"}, self.chunked(largest + b" ")),
        ):
            answer = web.request("POST", url, headers, body)
            self.assertEqual(
                (answer.status, answer.json["type"]), (413, "urn:lockfill:problem:body-too-large")
            )

    @staticmethod
    def chunked(body: bytes) -> bytes:
        return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)

    def test_many_requests_at_once_are_all_answered(self) -> None:
        url = f"{self.urls['lockscreen']}{LOCKSCREEN}?unit_id=1001&country=KR&user_id="
        with ThreadPoolExecutor(32) as threads:
            answers = list(threads.map(lambda number: web.get(f"{url}{number}"), range(200)))
        self.assertEqual({answer.status for answer in answers}, {200})
        self.assertEqual({answer.headers["x-lockfill-degraded"] for answer in answers}, {None})

    def test_sigterm_lets_a_request_under_way_end_and_takes_no_other(self) -> None:
        child, url = self.serve("ads")
        port = urlsplit(url).port
        body = json.dumps({"unit_id": "1001", "user_id": self.user, "country": "KR"}).encode()
        head = (
            f"POST /api/v1/allocation/ads HTTP/1.1\r\nhost: a\r\ncontent-length: {len(body)}\r\n\r\n".encode()
        )
        with closing(socket.create_connection(("127.0.0.1", port), 10)) as client:
            client.sendall(head + body[:10])
            # An answer on a later connection shows that this one has been taken.
            self.assertEqual(web.get(f"{url}/healthz").status, 200)
            os.kill(child.process.pid, signal.SIGTERM)
            eventually("the port is closed", lambda: self.is_closed(port))
            client.sendall(body[10:])
            response = http.client.HTTPResponse(client)
            response.begin()
            self.assertEqual(response.status, 200)
            self.assertTrue(json.loads(response.read())["slots"])
        self.assertEqual(child.process.wait(10), 0)

    @staticmethod
    def is_closed(port: int) -> bool:
        with closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", port)) != 0

    def test_without_a_runtime_and_an_address_a_function_says_so_and_ends(self) -> None:
        env = {**clean_environment(), **self.stack.function_variables()}
        child = start("ads", [self.stack.programs / "ads"], self.folder / "lost.log", env)
        self.addCleanup(child.stop)
        self.assertEqual(child.process.wait(10), 1)
        self.assertIn("LOCKFILL_HTTP_ADDRESS is not set", child.log.read_text())

    def test_one_machine_with_nginx_in_the_place_of_the_balancer(self) -> None:
        try:
            debian.install("nginx").program("nginx")
        except debian.Unavailable as missing:
            raise unittest.SkipTest(
                f"SKIPPED, so that nginx and functions are not seen together: {missing}"
            ) from None
        port = free_port()
        targets = [f"--target={name.capitalize()}Function={url}" for name, url in self.urls.items()]
        django = self.stack.children["gunicorn"].wait_for_line("Listening at: ").split()[0]
        options = [f"--listen=127.0.0.1:{port}", f"--target=MonolithTargetGroup={django}", *targets]
        command = [self.stack.programs / "local-alb", "export", "nginx", *options]
        command.append(f"--template={ROOT / 'template.yaml'}")
        exported = run("export", command, self.folder / "export.log", clean_environment())
        child = nginx.run_nginx(self.folder, exported, port)
        self.addCleanup(child.stop)
        url = f"http://127.0.0.1:{port}"
        answer = web.get(f"{url}{LOCKSCREEN}?unit_id=1001&user_id={self.user}&country=KR")
        self.assertEqual((answer.status, answer.served_by), (200, "http"))
        link = urlsplit(answer.json["slots"][0]["tracking"]["impression_url"]).path
        self.assertEqual(web.get(url + link).headers["content-type"], "image/gif")
        self.assertEqual(web.get(f"{url}/healthz").status, self.get("/healthz").status)
        self.assertEqual(web.get(f"{url}/admin/login/").status, 200)
