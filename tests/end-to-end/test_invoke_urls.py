"""The local balancer in front of functions that another tool runs: AWS's runtime interface emulator.

The function is the one of the balancer's own example, a bookshop, so that nothing of this project but the
balancer is in it.
"""

import tempfile
import threading
import unittest
from pathlib import Path

from test_emulator import IS_SUPPORTED, emulator

from lockfill import ROOT, build, web
from lockfill.processes import Child, clean_environment, start
from lockfill.stack import free_port

EXAMPLE = ROOT / "infra" / "local-alb" / "examples" / "bookshop"


@unittest.skipUnless(IS_SUPPORTED, "AWS's emulator is for Linux on x86-64 and ARM")
class BehindAnInvokeUrl(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.invoke_port, self.port = free_port(), free_port()
        self.start_emulator()
        self.start_balancer()

    def start_emulator(self) -> None:
        command = [emulator(), "--runtime-interface-emulator-address", f"127.0.0.1:{self.invoke_port}"]
        command += ["--runtime-api-address", f"127.0.0.1:{free_port()}", "--log-level", "error"]
        env = {**clean_environment(), "SHELF": "emulated", "AWS_LAMBDA_FUNCTION_TIMEOUT": "5"}
        child = self.child("emulator", [*command, EXAMPLE / "books" / "bootstrap"], env)
        child.wait_until("listening", self.is_listening, 10)

    def start_balancer(self) -> None:
        url = f"http://127.0.0.1:{self.invoke_port}/2015-03-31/functions/function/invocations"
        command = [
            build.build(programs=["local-alb"]) / "local-alb",
            "serve",
            f"--function=BookFunction={url}",
        ]
        command += [f"--template={EXAMPLE / 'template.yaml'}", f"--listen=127.0.0.1:{self.port}"]
        self.balancer = self.child("local-alb", command, clean_environment())
        self.balancer.wait_until(
            "listening", lambda: "" if "listening on" in self.balancer.tail() else None, 10
        )

    def child(self, name: str, command: list[str | Path], env: dict[str, str]) -> Child:
        child = start(name, command, self.folder / f"{name}.log", env)
        self.addCleanup(child.stop)
        return child

    def is_listening(self) -> str | None:
        try:
            web.request("GET", f"http://127.0.0.1:{self.invoke_port}/nothing", timeout=1)
        except OSError:
            return None
        return ""

    def get(self, path: str) -> web.Answer:
        return web.request("GET", f"http://127.0.0.1:{self.port}{path}")

    def test_a_request_is_answered_by_the_function_of_the_emulator(self) -> None:
        self.assertEqual(self.get("/books").json["shelf"], "emulated")
        answer = self.get("/books/1")
        self.assertEqual((answer.status, answer.json), (200, {"title": "The Castle"}))
        self.assertEqual(self.get("/books/9").status, 404)
        self.assertEqual(self.get("/elsewhere").status, 503, "no server was given for it")

    def test_a_request_with_a_body_that_is_not_text_arrives(self) -> None:
        answer = web.request("POST", f"http://127.0.0.1:{self.port}/books/2", body="\0\1")
        self.assertEqual((answer.status, answer.json), (200, {"title": "The Waves"}))

    def test_requests_at_the_same_time_are_each_answered_or_refused_and_the_balancer_goes_on(self) -> None:
        # The emulator runs one function at a time; what it makes of a second request is its own affair.
        statuses: list[int] = []
        threads = [
            threading.Thread(target=lambda: statuses.append(self.get("/books/1").status)) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(statuses), 4)
        self.assertLessEqual(set(statuses), {200, 502})
        self.assertEqual(self.get("/elsewhere").status, 503)


if __name__ == "__main__":
    unittest.main()
