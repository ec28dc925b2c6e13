"""The page for receivers: its documents are of the form that is sent, and its example checks signatures."""

import json
import re
import time
from pathlib import Path

from django.test import TestCase

from adops.tests.rows import NOW, make_campaign, make_currency, make_line_item
from publishing.models import Publication
from webhooks.messages import budget_data, flight_data, refused_data
from webhooks.models import MessageType
from webhooks.signing import new_secret, signed_headers

PAGE = Path(__file__).resolve().parents[2] / "docs" / "webhooks.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCK.findall(PAGE.read_text("utf-8")) if name == language]


def form(value: object) -> object:
    """The members of a document, all the way down."""
    if isinstance(value, dict):
        return {name: form(each) for name, each in value.items()}
    return [form(value[0])] if isinstance(value, list) and value else None


class DocumentationTests(TestCase):
    def test_webhooks_each_type_is_on_the_page_in_the_form_that_is_sent(self):
        documents = {document["type"]: document for document in map(json.loads, blocks("json"))}
        self.assertEqual(set(documents), set(MessageType.values))
        refusal = {"kind": "line_item", "key": "li-1", "field": "name", "problem": "is long"}
        publication = Publication.objects.create(trigger="button", refusals=[refusal], error="no")
        campaign = make_campaign(budget_currency=make_currency(), ends_at=NOW)
        line_item = make_line_item(campaign=campaign, ends_at=NOW)
        sent = {
            MessageType.PUBLICATION_REFUSED: refused_data(publication),
            MessageType.BUDGET_80_PERCENT: budget_data(campaign, 10, 8, day=None),
            MessageType.FLIGHT_ENDED: flight_data(line_item),
        }
        for type, data in sent.items():
            with self.subTest(type=type):
                self.assertEqual(form(documents[type]["data"]), form(data))
                self.assertEqual(list(documents[type]), ["type", "timestamp", "data"])

    def test_webhooks_the_example_takes_a_genuine_message_and_no_other(self):
        (example,) = blocks("python")
        names: dict = {}
        exec(compile(example, str(PAGE), "exec"), names)
        is_genuine = names["is_genuine"]
        secret, other, body = new_secret(), new_secret(), '{"name":"한강커피"}'.encode()
        now = int(time.time())
        headers = signed_headers("msg_1", now, body, [other, secret])
        self.assertIs(is_genuine(secret, headers, body), True)
        self.assertIs(is_genuine(other, headers, body), True)
        self.assertIs(is_genuine(new_secret(), headers, body), False)
        self.assertIs(is_genuine(secret, headers, body + b" "), False)
        self.assertIs(is_genuine(secret, {**headers, "webhook-id": "msg_2"}, body), False)
        old = signed_headers("msg_1", now - 3_600, body, [secret])
        self.assertIs(is_genuine(secret, old, body), False)
