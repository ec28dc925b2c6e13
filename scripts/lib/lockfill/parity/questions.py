"""Random questions: all parameters, most of them right, some at the edge of what is allowed, some beyond."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from .. import ROOT
from . import pools
from .pools import Chance, now_and_then, some
from .question import KINDS, Question, ask
from .users import User, user

MALFORMED = ROOT / "tests" / "fixtures" / "malformed" / "values.json"
# Longer ones than these are the business of whatever stands in front.
_VALUE_LENGTH_MAX = 2_000
_ANY_JSON = [None, 0, -1, 1.5, 1e3, 2**64, True, "", [], {}, [[]], {"a": {}}, "\udcff"]


@dataclass
class Questions:
    """Asks about units, for users, as often as wanted: number N is the same question every time."""

    seed: int
    catalog: int
    units: list[str]
    may_debug: bool = True
    items: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._wrong = _wrong_values(self.units[0])

    def question(self, number: int) -> Question:
        chance = Chance(f"{self.seed}/{self.catalog}/request/{number}")
        somebody = user(self.seed, self.catalog, chance.randint(1, 200))
        parameters = self._parameters(chance, somebody)
        kind = chance.choice([*KINDS, "lockscreen"])
        method = chance.choice(["GET", "POST"])
        if now_and_then(chance, 0.08):
            self._spoil(chance, parameters, method)
        if now_and_then(chance, 0.01):
            parameters["unit_id"] = "no-such-unit"
        if now_and_then(chance, 0.01):
            method = chance.choice(["PUT", "DELETE", "PATCH", "OPTIONS"])
        return ask(method, kind, parameters, number, commas=now_and_then(chance, 0.5))

    def _parameters(self, chance: Chance, somebody: User) -> dict[str, Any]:
        parameters: dict[str, Any] = {"unit_id": chance.choice(self.units), "user_id": somebody.user_id}
        # How much a device tells is a habit of its app: nearly all, or nearly nothing.
        told = chance.choice([0.1, 0.5, 0.9])
        drawn = {name: draw(chance) for name, draw in DRAWS.items() if now_and_then(chance, told)}
        parameters |= drawn
        if now_and_then(chance, told):
            parameters["timezone"] = somebody.zone
        if now_and_then(chance, told / 2):
            parameters |= _place(chance)
        if now_and_then(chance, 0.15):
            parameters["limit_ad_tracking"] = chance.choice([True, False, "true", "1", "0"])
        if self.may_debug and now_and_then(chance, 0.85):
            offset = chance.choice([0, 0, 540, -300, 345])
            at = somebody.lives_at + chance.choice(pools.OFFSETS_SECONDS)
            parameters["now"] = pools.rfc3339(at, offset)
        if now_and_then(chance, 0.3):
            now = somebody.lives_at if "now" in parameters else int(time.time()) // 60 * 60
            parameters["shown"] = [self._showing(chance, now) for _ in range(chance.choice([0, 1, 3, 10]))]
        if self.may_debug and now_and_then(chance, 0.15):
            parameters["explain"] = chance.choice([True, "1", False])
        return parameters

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
            value = chance.choice(self._wrong[name])
            if method == "POST" and now_and_then(chance, 0.4):
                value = chance.choice(_ANY_JSON)
            parameters[name] = {"plan": value} if name == "kv" else value
        if now_and_then(chance, 0.15):
            parameters.pop(chance.choice(["unit_id", "user_id"]), None)


def _place(chance: Chance) -> dict[str, Any]:
    latitude, longitude = chance.choice(pools.PLACES)
    moved = latitude + chance.choice([0, 1, -9_000, 200_000])
    place = {"lat": f"{min(moved, 90_000_000) / 1e6:.6f}", "lon": f"{longitude / 1e6:.6f}"}
    return {"lat": "5.0E-4", "lon": "-0"} if now_and_then(chance, 0.05) else place


def _code(values: list[str]) -> Any:
    return lambda chance: chance.choice([str.upper, str.lower, str])(chance.choice(values))


DRAWS: dict[str, Any] = {
    "country": _code(pools.COUNTRIES),
    "region": _code(pools.REGIONS),
    "language": _code(pools.LANGUAGES),
    "gender": lambda chance: chance.choice(pools.GENDERS),
    "birth_year": lambda chance: chance.choice([1900, 1990, 2006, "2008", 2026]),
    "platform": lambda chance: chance.choice(pools.PLATFORMS),
    "os_version": lambda chance: chance.choice(pools.VERSIONS),
    "sdk_version": lambda chance: chance.choice(pools.VERSIONS),
    "device_maker": _code(pools.MAKERS),
    "device_model": _code(pools.MODELS),
    "carrier": _code(pools.CARRIERS),
    "network": lambda chance: chance.choice(pools.NETWORKS),
    "interests": lambda chance: some(chance, pools.WORDS),
    "segments": lambda chance: some(chance, pools.WORDS),
    "packages": lambda chance: some(chance, pools.WORDS),
    "count": lambda chance: chance.choice([1, 2, "5", 10, 50]),
    "kv": lambda chance: {key: chance.choice(pools.VALUES) for key in some(chance, pools.KEYS)},
    "unknown_parameter": lambda chance: chance.choice(["", "x"]),
}


def _wrong_values(unit_id: str) -> dict[str, list[str]]:
    """What no parameter of a name may be, as the hostile requests of the tests have it."""

    def text(value: Any) -> str:
        if isinstance(value, list):
            return "".join(text(piece) for piece in value)
        repeated = value["text"] * value["times"] if isinstance(value, dict) else value
        return repeated.replace("UNIT", unit_id)

    values = json.loads(MALFORMED.read_text())["values"]
    texts = {name: [text(value) for value in each] for name, each in values.items()}
    return {name: [each for each in some if len(each) <= _VALUE_LENGTH_MAX] for name, some in texts.items()}
