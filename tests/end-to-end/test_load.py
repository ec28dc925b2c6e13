"""Many at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from support import EndToEnd

REQUESTS = 1_000
CLIENTS = 50


class Load(EndToEnd):
    def test_a_thousand_requests_from_fifty_clients_bring_no_error(self) -> None:
        def ask(number: int) -> tuple[int, bool]:
            kind = ("lockscreen", "ads", "contents")[number % 3]
            answer = self.answer(kind, user_id=f"{self.user}-{number % 100}", country="KR")
            return answer.status, bool(answer.json["slots"])

        with ThreadPoolExecutor(CLIENTS) as clients:
            outcomes = Counter(clients.map(ask, range(REQUESTS)))
        self.assertEqual(outcomes, {(200, True): REQUESTS})
