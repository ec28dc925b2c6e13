"""Each example of the page for users is answered as the page says."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

from adops.tests.rows import make_advertiser, make_currency, make_line_item, make_unit
from management.tests.api_case import API
from management.tests.test_publications import PublicationCase

PAGE = Path(__file__).resolve().parents[2] / "docs" / "management.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"(curl .*?)\n# (\d{3})(?: (\{[^\n]*\}))?$", re.MULTILINE | re.DOTALL)


class PageTests(PublicationCase):
    def setUp(self) -> None:
        super().setUp()
        make_currency("KRW")
        make_advertiser(public_id="a-10")
        make_unit(public_id="1001")
        make_line_item(public_id="li-1001")
        self.values = {"API": API, "KEY": self.token, "ETAG": "", "DIGEST": ""}

    def test_each_example_is_answered_as_the_page_says(self):
        examples = [found for block in BLOCK.findall(PAGE.read_text()) for found in EXAMPLE.findall(block)]
        self.assertGreater(len(examples), 10)
        self.assertEqual(len(examples), PAGE.read_text().count("\ncurl "))
        with self.settings(CATALOG_FUNCTION=""):
            for command, status, members in examples:
                with self.subTest(command):
                    answer = self.curl(command)
                    self.assertEqual(answer.status_code, int(status), answer.content)
                    document = json.loads(answer.content) if answer.content else {}
                    expected = json.loads(members or "{}")
                    self.assertEqual({name: document.get(name) for name in expected}, expected)
                    self.values["ETAG"] = answer.get("etag", self.values["ETAG"])
                    self.values["DIGEST"] = document.get("digest", self.values["DIGEST"])

    def curl(self, command: str) -> Any:
        """Sends what curl would send. The shell's quotes and variables are read as it reads them."""
        single = iter(re.split(r"('[^']*')", command))
        text = "".join(part if part.startswith("'") else self.filled(part) for part in single)
        words = shlex.split(text.replace("\\\n", " "))[1:]
        method, headers, body = "GET", {}, ""
        address = ""
        while words:
            word = words.pop(0)
            if word == "-X":
                method = words.pop(0)
            elif word == "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name.lower()] = value
            elif word == "-d":
                body = words.pop(0)
            else:
                address = word
        kind = headers.pop("content-type", "application/octet-stream")
        return self.client.generic(method, address, body, content_type=kind, headers=headers)

    def filled(self, text: str) -> str:
        for name, value in self.values.items():
            text = text.replace(f"${name}", value.replace('"', '\\"'))
        return text
