"""A page of a listed origin reads an allocation and its headers through the balancer; another page cannot."""

import http.server
import threading
import time
from collections.abc import Iterator

import pytest

from browser import Browser
from lockfill.stack import Stack

ASK = """
const [url, done] = arguments;
const body = JSON.stringify({unit_id: "1001", user_id: "u-page", country: "KR", gender: "unknown"});
fetch(url, {method: "POST", body, headers: {"content-type": "application/json"}})
  .then(async (answer) => done({
    slots: (await answer.json()).slots.length,
    served: answer.headers.get("x-lockfill-served-by"),
    ignored: answer.headers.get("x-lockfill-ignored"),
  }))
  .catch((error) => done({error: error.name}));
"""


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>page</title>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def origins() -> Iterator[list[str]]:
    """The origins of two sites."""
    servers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) for _ in range(2)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield [f"http://127.0.0.1:{server.server_port}" for server in servers]
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_page_of_a_listed_origin_reads_an_allocation_and_another_page_cannot(
    stack: Stack, browser: Browser, origins: list[str]
) -> None:
    listed, other = origins
    code = "from adops.models import Unit; u = Unit.objects.get(public_id='1001')"
    code += f"; u.origins = ['{listed}']; u.save()"
    stack.manage("shell", "--verbosity=0", "--command", code)
    stack.manage("publish", "--wait")
    time.sleep(2)
    assert ask(browser, listed, stack) == {"slots": 10, "served": "lambda", "ignored": "gender"}
    assert ask(browser, other, stack) == {"error": "TypeError"}


def ask(browser: Browser, origin: str, stack: Stack) -> object:
    browser.driver.get(origin)
    url = f"{stack.url}/api/v1/allocation/lockscreen"
    return browser.driver.execute_async_script(ASK, url)  # type: ignore[no-untyped-call]
