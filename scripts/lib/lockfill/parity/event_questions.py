"""Random reports of events: links, beacons and batches, in time, late, expired, forged and malformed."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .. import ROOT
from .pools import Chance, now_and_then
from .question import EVENTS, Question
from .tokens import Signer

KINDS = ("impression", "click")
_BOTS = ROOT / "tests" / "fixtures" / "vectors" / "bots.json"
_DAY = 24 * 3_600
# How long ago slots were handed out. A token is taken for seven days after its slate, which lasts a day at
# most, and recorded as expired for eight more.
_AGES = [2, 60, 60, 3_600, 3_600, 2 * _DAY, 6 * _DAY, 9 * _DAY, 14 * _DAY, 18 * _DAY]
_BATCH_MAX = 6
_PREFETCHES = [("sec-purpose", "prefetch;prerender"), ("purpose", "Prefetch"), ("x-moz", "prefetch")]
_PURPOSES = [*_PREFETCHES, ("purpose", "preview"), ("x-moz", "prerender")]
# Of the event, or of the whole batch, in the place of what is sent.
_ANY_JSON: list[Any] = [None, 0, 1.5, "", "x", [], {}, [[]], {"events": {}}, {"a": 1}, True]
_BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'{"events":[',
    b"\xff",
    b'{"events":[{"token":"\\ud800","kind":"click"}]}',
]
_BODIES += [b'{"\\ud800":1}', b'{"events":[{"\\ud800":1}]}', b" " * 65_536, b'{"events":' + b"[" * 30_000]


@dataclass(frozen=True)
class Slot:
    """One slot as an event has it: its token is made anew for each side, so that both record it first."""

    token: str
    issued_at: int
    # What is wrong with the token; None if nothing is.
    spoil: Callable[[str], str] | None


@dataclass(frozen=True)
class EventQuestion:
    """One request about slots, to be asked of both sides with tokens of their own."""

    number: int
    slots: list[Slot]
    # The request for the tokens of the slots.
    make: Callable[[list[str]], Question] = field(repr=False)


@dataclass(frozen=True)
class EventQuestions:
    """Reports about the slots that the sides hand out. Number N is the same report every time, of slots
    that were handed out as long ago.
    """

    seed: int
    catalog: int

    def question(self, number: int, tokens: list[str], now: int) -> EventQuestion:
        """The report of that number, about some of these tokens. `now` is in epoch seconds."""
        chance = Chance(f"{self.seed}/{self.catalog}/event/{number}")
        headers = _headers(chance)
        if now_and_then(chance, 0.3):
            slots = [_slot(chance, tokens, now) for _ in range(chance.randint(1, _BATCH_MAX))]
            return EventQuestion(number, slots, _batch(chance, slots, now, headers, number))
        slot = _slot(chance, tokens, now)
        return EventQuestion(number, [slot], _link(chance, slot, now, headers, number))


def tokens_of(slots: list[Slot], signer: Signer) -> list[str]:
    """New tokens of the slots: no ledger has any of their answers."""
    return [_token(slot, signer) for slot in slots]


def _token(slot: Slot, signer: Signer) -> str:
    token = signer.again(slot.token, slot.issued_at, secrets.token_bytes(10))
    return slot.spoil(token) if slot.spoil else token


def _slot(chance: Chance, tokens: list[str], now: int) -> Slot:
    spoils = [lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"), lambda token: token[:-3]]
    spoils += [lambda token: token.replace(".", ".."), lambda token: "x" * 2_100, lambda token: "k1.AgAB"]
    spoil = chance.choice(spoils) if now_and_then(chance, 0.1) else None
    return Slot(chance.choice(tokens), now - chance.choice(_AGES), spoil)


def _headers(chance: Chance) -> dict[str, str]:
    agents = json.loads(_BOTS.read_text())
    headers = {}
    if now_and_then(chance, 0.7):
        group = "bots" if now_and_then(chance, 0.15) else "people"
        headers["user-agent"] = chance.choice(agents[group])
    if now_and_then(chance, 0.1):
        headers |= dict([chance.choice(_PURPOSES)])
    return headers


def _times(slot: Slot, now: int) -> list[int]:
    """Times at which it may have happened, and some at which it cannot have."""
    between = slot.issued_at + max(now - slot.issued_at - 1, 0) // 2
    return [slot.issued_at, slot.issued_at + 1, between, slot.issued_at - 1, 0, now + 86_400, 10**10]


def _link(
    chance: Chance, slot: Slot, now: int, headers: dict[str, str], number: int
) -> Callable[[list[str]], Question]:
    method = chance.choice(
        ["GET", "GET", "GET", "POST", "HEAD", "PUT"] if now_and_then(chance, 0.3) else ["GET"]
    )
    path = f"{EVENTS}/{chance.choice(KINDS)}/"
    end = chance.choice(["", "", "", "/", "//"]) if now_and_then(chance, 0.2) else ""
    ats = [str(time) for time in _times(slot, now)] + ["", "x", "1.5", "-1", f"%3{slot.issued_at}"]
    query = ""
    if now_and_then(chance, 0.5):
        chosen = chance.sample(ats, 2 if now_and_then(chance, 0.1) else 1)
        query = "?" + "&".join(f"at={at}" for at in chosen)
    body = b"any text {" if method == "POST" else b""

    def make(tokens: list[str]) -> Question:
        return Question(method, f"{path}{tokens[0]}{end}{query}", headers, body, number=number)

    return make


def _batch(
    chance: Chance, slots: list[Slot], now: int, headers: dict[str, str], number: int
) -> Callable[[list[str]], Question]:
    path = EVENTS + ("/" if now_and_then(chance, 0.2) else "")
    method = "GET" if now_and_then(chance, 0.03) else "POST"
    if now_and_then(chance, 0.05):
        body = chance.choice([*_BODIES, *(json.dumps(value).encode() for value in _ANY_JSON)])
        return lambda tokens: Question(method, path, headers, body, number=number)
    events: list[Any] = [_event(chance, index, slot, now) for index, slot in enumerate(slots)]
    if now_and_then(chance, 0.3):
        # One event twice.
        events.append({**events[0], "again": True})
    if now_and_then(chance, 0.1):
        _spoil(chance, events)
    if now_and_then(chance, 0.02):
        events = events[:1] * 101

    def make(tokens: list[str]) -> Question:
        named = [_named(event, tokens) for event in events]
        content = json.dumps({"events": named}, ensure_ascii=False).encode()
        return Question(method, path, {**headers, "content-type": "application/json"}, content, number=number)

    return make


class _SlotNumber(int):
    """Stands for a token until both sides have theirs."""


def _event(chance: Chance, index: int, slot: Slot, now: int) -> dict[str, Any]:
    event: dict[str, Any] = {"token": _SlotNumber(index), "kind": chance.choice(KINDS)}
    if now_and_then(chance, 0.5):
        event["at"] = chance.choice([*_times(slot, now), None])
    return event


def _spoil(chance: Chance, events: list[Any]) -> None:
    index = chance.randrange(len(events))
    member = chance.choice(["", "token", "kind", "at"])
    if member:
        events[index] = {**events[index], member: chance.choice(_ANY_JSON)}
    else:
        events[index] = chance.choice(_ANY_JSON)


def _named(event: Any, tokens: list[str]) -> Any:
    """An event with its slot's token in the place of the slot's number."""
    if not isinstance(event, dict) or not isinstance(event.get("token"), _SlotNumber):
        return event
    return {**event, "token": tokens[event["token"]]}
