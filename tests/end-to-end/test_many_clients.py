"""Many devices at once."""

import http.client
import json
import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import stacks
from api import ADS, CONTENTS, LOCKSCREEN, parameters, url

CLIENTS = 50
REQUESTS_EACH = 20


class ManyClientsTests(unittest.TestCase):
    def test_a_thousand_requests_of_fifty_clients_get_a_thousand_answers(self):
        with ThreadPoolExecutor(CLIENTS) as clients:
            outcomes = sum(clients.map(_ask_often, range(CLIENTS)), Counter())
        self.assertEqual(outcomes, {"200, slots": CLIENTS * REQUESTS_EACH})


def _ask_often(client: int) -> Counter[str]:
    """One device: a connection that it keeps, and a request after the other."""
    kind = (ADS, CONTENTS, LOCKSCREEN)[client % 3]
    target = urlsplit(url(kind, parameters()))
    connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=60)
    outcomes: Counter[str] = Counter()
    try:
        for _ in range(REQUESTS_EACH):
            outcomes[_ask(connection, f"{target.path}?{target.query}")] += 1
    finally:
        connection.close()
    return outcomes


def _ask(connection: http.client.HTTPConnection, target: str) -> str:
    try:
        connection.request("GET", target)
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return repr(error)
    if answer.status != 200:
        return f"{answer.status}: {body[:100]!r}"
    return f"200, {'slots' if json.loads(body)['slots'] else 'no slots'}"


def setUpModule() -> None:
    stacks.shared()
