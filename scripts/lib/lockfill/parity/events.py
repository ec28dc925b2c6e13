"""Events of both sides: each side records the same report first, then the other's as a repetition, and both
leave the same entries in the ledger.
"""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus

from .comparison import Difference, differences, value_differences
from .event_ledger import EventLedger
from .event_questions import EventQuestion, EventQuestions, tokens_of
from .groups import Groups
from .pair import Pair, is_passing
from .pools import UNITS, Chance
from .question import Question, ask
from .run import THREADS
from .tokens import Signer, request_id_of

_ATTEMPTS = 4
# Attempts in which an answer says that a store or the newest catalog was missing are counted apart: each
# environment of a function may have been idle while the catalog was replaced.
_INCOMPLETE_ATTEMPTS = 20
_AGAIN_PAUSE_SECONDS = 0.3
# Users whose slots are reported about, some of them with limited tracking.
_USERS = 24


@dataclass(frozen=True)
class Events:
    """Compares the reports of one catalog."""

    pair: Pair
    signer: Signer
    ledger: EventLedger

    def tokens(self, seed: int, catalog: int) -> list[str]:
        """Tokens that the right side hands out, of all units."""
        found = []
        for number in range(1, _USERS + 1):
            chance = Chance(f"{seed}/{catalog}/reporter/{number}")
            told = {"unit_id": UNITS[number % len(UNITS)], "user_id": f"reporter-{number}.{seed}.{catalog}"}
            told |= {"limit_ad_tracking": "1"} if chance.random() < 0.3 else {}
            answer = self.pair.ask_right(ask("POST", "lockscreen", told, 0))
            if answer.status == HTTPStatus.OK:
                slots = json.loads(answer.body)["slots"]
                found += [slot["tracking"]["impression_url"].rpartition("/")[2] for slot in slots]
        return found

    def compare(
        self, questions: EventQuestions, number: int, tokens: list[str]
    ) -> list[tuple[Question, list[Difference]]]:
        """What differs between the sides in the report of that number, each with the request to the left.

        A store that answers late makes a difference, and need not be named in the answer: a write that is
        sent again finds its own entry, and is a repetition. So a difference has to come again with new
        slots. One that does not is counted apart.
        """
        complete = incomplete = 0
        while True:
            question = questions.question(number, tokens, int(time.time()))
            found, is_incomplete = self._compare_once(question)
            if not found:
                if complete or incomplete:
                    self.pair.coverage.add_passing()
                return found
            complete, incomplete = complete + (not is_incomplete), incomplete + is_incomplete
            if complete == _ATTEMPTS or incomplete == _INCOMPLETE_ATTEMPTS:
                return found
            time.sleep(_AGAIN_PAUSE_SECONDS)

    def _compare_once(self, question: EventQuestion) -> tuple[list[tuple[Question, list[Difference]]], bool]:
        """What differs, and whether an answer says that something was missing while it was made."""
        own = [tokens_of(question.slots, self.signer) for _ in range(2)]
        found: list[tuple[Question, list[Difference]]] = []
        is_incomplete = False
        # Both sides record first, and then each what the other one has recorded.
        for tokens in (own, own[::-1]):
            asked = [question.make(each) for each in tokens]
            left, right = self.pair.ask_each(*asked)
            self.pair.coverage.add_event(right)
            is_incomplete |= is_passing(left, right)
            if differing := differences(left, right, self.pair.ignored):
                found.append((asked[0], differing))
        left_entries, right_entries = (self._entries(question, tokens) for tokens in own)
        differing = value_differences("ledger", left_entries, right_entries, "")
        if differing := [each for each in differing if not self.pair.ignored.has(each.path)]:
            found.append((question.make(own[0]), differing))
        return found, is_incomplete

    def _entries(self, question: EventQuestion, tokens: list[str]) -> list[dict[str, object]]:
        return [
            entry
            for slot, token in zip(question.slots, tokens, strict=True)
            if slot.spoil is None
            for entry in self.ledger.entries(request_id_of(token))
        ]


def compare_events(events: Events, seed: int, catalog: int, numbers: list[int], groups: Groups) -> None:
    """Compares the reports of these numbers, and adds those that differ to the groups."""
    tokens = events.tokens(seed, catalog)
    if not tokens:
        return
    questions = EventQuestions(seed, catalog)
    with ThreadPoolExecutor(THREADS) as threads:
        for found in threads.map(lambda number: events.compare(questions, number, tokens), numbers):
            for question, differing in found:
                groups.add(catalog, question, differing)
