"""Random questions about the demonstration catalog, in which rare values are frequent."""

import random
import time
from collections.abc import Callable
from typing import Any

from demo import demo_catalog
from lockfill.parity.dimensions import DIMENSIONS

ZONES = ("Asia/Seoul", "america/new_york", "Australia/Lord_Howe", "Pacific/Chatham", "utc", "Etc/Unknown")
INSTANTS = (
    "2026-11-22T08:00:00+09:00",
    "2026-11-01T05:30:00Z",
    "2026-03-08T06:59:59.5Z",
    "2026-04-04T14:00:00Z",
    "20261231T1500Z",
    "0001-01-01T00:00:00Z",
    "9999-12-30T00:00:00Z",
)
WORDS = ("books", "sports", "weather", "news", "cars", "s-1", "example.app", "층")
# Values that no condition of the catalog has.
FOREIGN = {"country": ["de", "ZZ"], "region": ["us-ca"], "language": ["JA", "xx"], "device_maker": ["애플"]}


class Questions:
    """Parameters of allocations. The same seed gives the same ones, apart from when something was shown."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        catalog = demo_catalog()
        self._units = [unit["id"] for unit in catalog["units"]]
        self._items = [item["id"] for name in ("line_items", "contents") for item in catalog[name]]
        self._targeted = _targeted(catalog)

    def draw(self) -> dict[str, Any]:
        """The parameters of one question."""
        pick = self._chance.choice
        drawn: dict[str, Any] = {name: pick(values) for name, values in self._targeted.items()}
        drawn |= {
            "birth_year": pick([1990, "2005", 1899, 2026]),
            "os_version": pick(["14", "9.0.1", "0013.4"]),
            "sdk_version": pick(["3", "2.9.9"]),
            "timezone": pick(ZONES),
            "limit_ad_tracking": pick([True, "1", 0]),
            "count": self._chance.randrange(1, 51),
            "shown": self._list(self._showing),
            "kv": {pick(["theme", "plan", "층"]): pick(["dark", "gold"])},
            "explain": pick([True, 1, "true", False, "li-1001,ct-021", "li-1002"]),
            "now": pick(INSTANTS),
        }
        drawn |= {name: self._list(lambda: pick(WORDS)) for name in ("interests", "segments", "packages")}
        kept = {name: value for name, value in drawn.items() if self._chance.random() < 0.5}
        if self._chance.random() < 0.4:
            kept |= {"lat": pick([37.5665, 90, "5.0E-4"]), "lon": pick([126.978, 180, -0.1])}
        return {"unit_id": pick([*self._units, "none"]), "user_id": pick(["u1", "사용자", "x" * 128]), **kept}

    def _list(self, draw: Callable[[], str]) -> list[str]:
        return [draw() for _ in range(self._chance.randrange(5))]

    def _showing(self) -> str:
        shown_at = int(time.time()) - self._chance.choice([0, 30, 3_000, 90_000, -500])
        return f"{self._chance.choice(self._items)}:{self._chance.randrange(4)}:{shown_at}"


def flattened(parameters: dict[str, Any]) -> dict[str, Any]:
    """The same parameters in a query."""
    flat = {name: value for name, value in parameters.items() if name != "kv"}
    flat |= {f"kv.{name}": value for name, value in parameters.get("kv", {}).items()}
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in flat.items()}


def _targeted(catalog: dict[str, Any]) -> dict[str, list[str]]:
    """By parameter, what the catalog allows and denies, and what it knows nothing of."""
    found: dict[str, list[str]] = {}
    rows = catalog["line_items"] + catalog["contents"]
    for dimension in DIMENSIONS:
        conditions = [row.get("targeting", {}).get(dimension.condition, {}) for row in rows]
        if dimension.parameter and dimension.is_allow_deny:
            sides = (condition.get(side, []) for condition in conditions for side in ("allow", "deny"))
            values = sorted({value for side in sides for value in side})
            found[dimension.parameter] = [*values, *FOREIGN.get(dimension.parameter, dimension.values)]
    return found
