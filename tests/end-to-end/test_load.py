"""Many requests at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from device import Device

pytestmark = pytest.mark.alone

REQUESTS = 1_000
CLIENTS = 50


def test_a_thousand_requests_from_fifty_clients_bring_no_error(device: Device) -> None:
    def ask(number: int) -> tuple[int, bool]:
        kind = ("lockscreen", "ads", "contents")[number % 3]
        answer = device.answer(kind, user_id=f"{device.user}-{number % 100}", country="KR")
        return answer.status, bool(answer.json["slots"])

    with ThreadPoolExecutor(CLIENTS) as clients:
        outcomes = Counter(clients.map(ask, range(REQUESTS)))
    assert outcomes == {(200, True): REQUESTS}
