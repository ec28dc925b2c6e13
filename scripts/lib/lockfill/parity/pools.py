"""Values that catalogs, users and requests share, so that conditions meet what they are about."""

import random
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

Chance = random.Random
Value = TypeVar("Value")
# A row of a catalog.
Row = dict[str, Any]

UNITS = [f"unit-{number}" for number in range(1, 7)]
APPS = ["app-morning", "app.evening", "app_3"]
# Zones without and with daylight saving, with odd offsets, and one that once left out a day.
ZONES = [
    *("Asia/Seoul", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "UTC", "Europe/London"),
    *("Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca", "Pacific/Kiritimati"),
]
LANGUAGES = ["ko", "ko", "ko", "en", "en", "hi"]
VERSIONS = ["1.2", "1.2.0", "1.2.0.1", "0", "65535", "65535.65535.65535.65535", "14", "14.0.1", "013.4", "9"]
WORDS = ["news", "sports", "weather", "cars", "Books", "books", "층간", "ß", "a:b", "s-1"]
KEYS = ["plan", "theme", "층", "a.b"]
VALUES = ["gold", "Gold", "dark", "무료", "0"]
TEXTS = [
    *("Coffee", "따뜻한 “한 잔”", 'says "now"', "a\\b", "<b>&amp;</b>", "tab\there", "line\nbreak", "नमस्ते"),
    *(
        "👩‍👩‍👧",
        "e\u0301 é",
        "\u2028\u2029",
        "\u007f\u0085",
        "\x01",
        "",
        " ",
        "\U0001d518\U0001d52b",
        "/slash/",
    ),
]
# Of one user.
DEVICES = ["phone", "tablet"]
# As browsers send them.
ORIGINS = [
    *("https://web.example", "https://m.web.example:8443", "http://localhost:3000", "http://127.0.0.1:5173"),
    *("https://xn--9t4b11yi5a.example", "http://[::1]:8080"),
]
RATINGS = ["everyone", "teen", "mature"]
CURRENCIES = {"USD": 1_000_000, "KRW": 727, "INR": 11_903, "EUR": 1_085_217}
# Microdegrees: a city, the antimeridian, a pole, the origin.
PLACES = [
    (37_566_500, 126_978_000),
    (-13_833_300, 179_999_999),
    (90_000_000, 0),
    (0, 0),
    (40_712_776, -74_005_974),
]

# Seconds since 1970 at which something begins or ends on a local clock: a year, a month and a week, daylight
# saving in New York, London and on Lord Howe, midnights in Seoul and Kolkata.
BOUNDARIES = [
    int(datetime.fromisoformat(text).timestamp())
    for text in (
        *("2026-03-08T07:00:00+00:00", "2026-11-01T06:00:00+00:00", "2026-10-25T01:00:00+00:00"),
        *("2026-10-03T15:30:00+00:00", "2026-11-22T15:00:00+00:00", "2026-11-22T18:30:00+00:00"),
        *("2026-11-23T00:00:00+00:00", "2026-12-31T15:00:00+00:00", "2027-01-01T05:00:00+00:00"),
        *("2026-11-30T10:00:00+00:00", "2028-02-29T00:00:00+00:00", "2026-11-24T09:00:00+00:00"),
    )
]
OFFSETS_SECONDS = [0, 0, -1, 1, -60, 59, -3_600, 3_600, -14_400, 86_400, -7 * 86_400]


def instant(chance: Chance) -> int:
    """An instant at a boundary or near one."""
    return chance.choice(BOUNDARIES) + chance.choice(OFFSETS_SECONDS)


def rfc3339(seconds: int, offset_minutes: int = 0) -> str:
    zone = timezone(timedelta(minutes=offset_minutes))
    text = datetime.fromtimestamp(seconds, zone).isoformat()
    return text.replace("+00:00", "Z")


def some(chance: Chance, values: list[Value], length_max: int = 3) -> list[Value]:
    """A few different values."""
    return chance.sample(values, chance.randint(1, min(length_max, len(values))))


def now_and_then(chance: Chance, probability: float) -> bool:
    return chance.random() < probability


def some_members(chance: Chance, members: Row, kept: list[str], probability: float = 0.6) -> Row:
    """The kept members, and each other one with a probability."""
    return {
        name: value for name, value in members.items() if name in kept or now_and_then(chance, probability)
    }
