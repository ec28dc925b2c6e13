"""Random questions with all parameters: most are valid, some at the limit of what is allowed, some beyond."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from .. import ROOT
from . import pools
from .dimensions import DIMENSIONS
from .pools import Chance, now_and_then, some
from .question import KINDS, Question, ask
from .users import User, user

MALFORMED = ROOT / "tests" / "fixtures" / "malformed" / "values.json"
# A balancer refuses much longer ones itself.
_VALUE_LENGTH_MAX = 2_000
# Of pages that no unit lists.
_NO_ORIGINS = ("https://evil.example", "null", "", "https://WEB.example", "https://web.example:443", "*")
_ANY_JSON: list[Any] = [None, 0, -1, 1.5, 1e3, 2**64, True, "", [], {}, [[]], {"a": {}}, "\udcff"]


@dataclass
class Questions:
    """Questions about units, for users. Number N is the same question every time."""

    seed: int
    catalog: int
    units: list[str]
    may_debug: bool = True
    items: list[str] = field(default_factory=list)
    # Units that note what they answer, unless a debugging client asks.
    lenders: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._wrong = _wrong_values(self.units[0])

    def question(self, number: int) -> Question:
        chance = Chance(f"{self.seed}/{self.catalog}/request/{number}")
        viewer = user(self.seed, self.catalog, chance.randint(1, 200))
        parameters = self._parameters(chance, viewer)
        kind = chance.choice([*KINDS, "lockscreen"])
        method = chance.choice(["GET", "POST"])
        if now_and_then(chance, 0.08):
            self._spoil(chance, parameters, method)
        if now_and_then(chance, 0.15):
            _send_as_phones_do(chance, parameters)
        if now_and_then(chance, 0.01):
            parameters["unit_id"] = "no-such-unit"
        if not parameters.get("now") and parameters.get("unit_id") in self.lenders:
            # Questions about one user are asked at the same time, and must not meet what this one is lent.
            parameters["user_id"] = f"{viewer.user_id}.lent.{number}"
        if now_and_then(chance, 0.01):
            method = chance.choice(["PUT", "DELETE", "PATCH", "OPTIONS"])
        question = ask(method, kind, parameters, number, commas=now_and_then(chance, 0.5))
        return _from_web_page(Chance(f"{self.seed}/{self.catalog}/page/{number}"), question)

    def _parameters(self, chance: Chance, viewer: User) -> dict[str, Any]:
        parameters: dict[str, Any] = {"unit_id": chance.choice(self.units), "user_id": viewer.user_id}
        # One app sends nearly all parameters, another nearly none.
        told = chance.choice([0.1, 0.5, 0.9])
        drawn = {name: draw(chance) for name, draw in _DRAWS.items() if now_and_then(chance, told)}
        parameters |= drawn
        if now_and_then(chance, told):
            parameters["timezone"] = viewer.zone
        if now_and_then(chance, told):
            parameters["device_id"] = chance.choice(pools.DEVICES)
        if now_and_then(chance, told / 2):
            parameters |= _place(chance)
        if now_and_then(chance, 0.15):
            parameters["limit_ad_tracking"] = chance.choice([True, False, "true", "1", "0"])
        if self.may_debug and now_and_then(chance, 0.85):
            offset = chance.choice([0, 0, 540, -300, 345])
            at = viewer.lives_at + chance.choice(pools.OFFSETS_SECONDS)
            parameters["now"] = pools.rfc3339(at, offset)
        if now_and_then(chance, 0.3):
            now = viewer.lives_at if "now" in parameters else int(time.time()) // 60 * 60
            parameters["shown"] = [self._showing(chance, now) for _ in range(chance.choice([0, 1, 3, 10]))]
        if self.may_debug and now_and_then(chance, 0.15):
            parameters["explain"] = chance.choice([True, "1", False, self._items_named(chance)])
        if now_and_then(chance, 0.05):
            parameters["strict"] = chance.choice([True, "1", False, "0"])
        return parameters

    def _items_named(self, chance: Chance) -> str:
        return ",".join(chance.choice(self.items or ["li-1"]) for _ in range(chance.choice([1, 2, 5])))

    def _showing(self, chance: Chance, now: int) -> str:
        item = chance.choice(self.items or ["li-1"])
        shown_at = now - chance.choice([0, 30, 60, 3_599, 3_600, 86_400, -60])
        return f"{item}:{chance.choice([0, 1, 2, 10])}:{max(shown_at, 0)}"

    def _spoil(self, chance: Chance, parameters: dict[str, Any], method: str) -> None:
        """One or two mistakes."""
        for _ in range(chance.choice([1, 1, 2])):
            name = chance.choice(sorted(self._wrong))
            if not self.may_debug and name in ("now", "explain"):
                continue
            value: Any = chance.choice(self._wrong[name])
            if method == "POST" and now_and_then(chance, 0.4):
                value = chance.choice(_ANY_JSON)
            parameters[name] = {"plan": value} if name == "kv" else value
        if now_and_then(chance, 0.15):
            parameters.pop(chance.choice(["unit_id", "user_id"]), None)


def _from_web_page(chance: Chance, question: Question) -> Question:
    """Some questions of pages, their preflights, and paths that end with a slash."""
    path, mark, query = question.target.partition("?")
    if now_and_then(chance, 0.2):
        question = replace(question, target=f"{path}/{mark}{query}")
    if not now_and_then(chance, 0.25):
        return question
    headers = {**question.headers, "origin": chance.choice([*pools.ORIGINS, *_NO_ORIGINS])}
    if now_and_then(chance, 0.2):
        headers["access-control-request-method"] = question.method
        return replace(question, method="OPTIONS", headers=headers, body=b"", needs_debug_token=False)
    return replace(question, headers=headers)


def _send_as_phones_do(chance: Chance, parameters: dict[str, Any]) -> None:
    """Some values without their form, and no debugging, which would refuse them."""
    parameters.pop("now", None)
    parameters.pop("explain", None)
    for name in some(chance, sorted(_NEARLY)):
        value = chance.choice(_NEARLY[name])
        is_repeated = name in parameters and isinstance(value, str) and now_and_then(chance, 0.1)
        parameters[name] = [parameters[name], value] if is_repeated else value


def _place(chance: Chance) -> dict[str, Any]:
    latitude, longitude = chance.choice(pools.PLACES)
    moved = latitude + chance.choice([0, 1, -9_000, 200_000])
    place = {"lat": f"{min(moved, 90_000_000) / 1e6:.6f}", "lon": f"{longitude / 1e6:.6f}"}
    return {"lat": "5.0E-4", "lon": "-0"} if now_and_then(chance, 0.05) else place


_DRAWS: dict[str, Callable[[Chance], Any]] = {
    **{each.parameter: each.draw_parameter for each in DIMENSIONS if each.draw_parameter},
    "count": lambda chance: chance.choice([1, 2, "5", 10, 50]),
    "kv": lambda chance: {key: chance.choice(pools.VALUES) for key in some(chance, pools.KEYS)},
    "unknown_parameter": lambda chance: chance.choice(["", "x"]),
}

# What phones and browsers send for these parameters.
_NEARLY: dict[str, list[Any]] = {
    "country": ["KOR", "", "kr "],
    "language": ["ko-KR", "ko_KR", "EN-us", "zh_TW_#Hant", "ja-", "", "한국어"],
    "gender": ["m", "f", "x", "unknown", "male", "M "],
    "birth_year": ["90", "1990.0", "", "3000"],
    "platform": ["Android", "iOS", "WEB", "tizen"],
    "os_version": [
        "15.0.1-beta",
        "14.",
        "1.2.3.4.5",
        "15.70000",
        "70000",
        "v14",
        "14 (23C64)",
        "00014.0002x",
    ],
    "sdk_version": ["3.1-rc1", "latest", "1..2", "2.0.0.0.0"],
    "network": ["WiFi", "5g", "Cellular"],
    "timezone": ["GMT+9", "asia/seoul", "KST", "+09:00"],
    "device_model": ["x" * 65, "a\tb"],
    "interests": [[*(f"i{n}" for n in range(70)), "sports"], ["", "sports", "a\nb"], ["\u0000"], []],
    "segments": [["x" * 65, "s-1"], [f"s-{n}" for n in range(65)]],
    "shown": [["li-1"], ["li-1", "li-1:1:1795395600"], [f"li-{n}:1:1795395600" for n in range(101)]],
    "lat": ["91", "37,5", "37.5"],
    "lon": ["181", "E", "127.0"],
    "kv": [{f"k{n:02}": "v" for n in range(22)}, {"plan": "", "tier": "gold"}, {"": "x"}, {"plan": "x" * 65}],
    "count": ["0", "51", "-1", "2.0", "99999999999999999999", "0007", ""],
    "limit_ad_tracking": ["TRUE", "False", "yes", "", "2"],
}


def _wrong_values(unit_id: str) -> dict[str, list[str]]:
    """By parameter, the values that it must not have, from the tests' hostile requests."""

    def text(value: Any) -> str:
        if isinstance(value, list):
            return "".join(text(piece) for piece in value)
        repeated = value["text"] * value["times"] if isinstance(value, dict) else value
        return str(repeated).replace("UNIT", unit_id)

    values = json.loads(MALFORMED.read_text())["values"]
    texts = {name: [text(value) for value in each] for name, each in values.items()}
    return {name: [each for each in some if len(each) <= _VALUE_LENGTH_MAX] for name, some in texts.items()}
