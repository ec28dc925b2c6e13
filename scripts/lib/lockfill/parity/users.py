"""Users who have seen something: their states as functions/shared/dao-redis/src/lib.rs describes them."""

import base64
import hashlib
import socket
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ..console import Failure
from . import pools
from .pools import Chance, now_and_then

USERS = 200
_STATE_SECONDS = 90 * 24 * 3_600
_KEY_BYTES = 16


@dataclass(frozen=True)
class User:
    """A user, the zone of the device, and the instant around which requests are made and items were shown."""

    user_id: str
    zone: str
    lives_at: int


def user(seed: int, catalog: int, number: int) -> User:
    """The user of that number. Every fifth has seen nothing."""
    chance = Chance(f"{seed}/{catalog}/user/{number}")
    name = f"사용자-{number}" if number % 7 == 0 else f"user-{number}"
    return User(f"{name}.{seed}.{catalog}", chance.choice(pools.ZONES), pools.instant(chance))


def write_states(port: int, seed: int, catalog: int, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Writes the histories of a catalog's users to Redis."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
        replies = connection.makefile("rb")
        for number in range(1, USERS + 1):
            if number % 5 == 0:
                continue
            viewer = user(seed, catalog, number)
            fields = _state(Chance(f"{seed}/{catalog}/state/{number}"), viewer, rows)
            key = f"lockfill:{{{user_key(viewer.user_id)}}}:state"
            for command in (["DEL", key], ["HSET", key, *fields], ["EXPIRE", key, str(_STATE_SECONDS)]):
                connection.sendall(_resp(command))
                if not (reply := replies.readline()).startswith(b":"):
                    raise Failure(
                        f"Redis did not take a user's state: {reply.decode(errors='replace').strip()}"
                    )


def user_key(user_id: str) -> str:
    """How stores name a user."""
    digest = hashlib.sha256(user_id.encode()).digest()[:_KEY_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _state(chance: Chance, viewer: User, rows: dict[str, list[dict[str, Any]]]) -> Iterable[str]:
    first_seen = viewer.lives_at - chance.choice([0, 60, 7 * 86_400 - 60, 7 * 86_400, 80 * 86_400])
    yield from ("f", str(first_seen))
    for prefix, name in (("l", "line_items"), ("c", "campaigns"), ("a", "advertisers")):
        for row in rows[name]:
            if now_and_then(chance, 0.4):
                yield from (f"{prefix}:{row['id']}", _history(chance, viewer))
    for row in rows["contents"]:
        if now_and_then(chance, 0.3):
            yield from (f"t:{row['id']}", str(viewer.lives_at - chance.choice([0, 60, 86_400, 9 * 86_400])))


def _history(chance: Chance, viewer: User) -> str:
    """Showings by window, as of the last showing, whose windows may be the present ones."""
    last = viewer.lives_at - chance.choice(
        [0, 1, 59, 60, 3_599, 3_600, 43_200, 86_400, 7 * 86_400, 40 * 86_400]
    )
    # The user may have been elsewhere, where another day or another week was counted.
    zone = chance.choice([viewer.zone, viewer.zone, chance.choice(pools.ZONES)])
    day = datetime.fromtimestamp(last, ZoneInfo(zone)).date().toordinal() - _EPOCH_DAY
    # Weeks from the one that held 1970-01-01, a Thursday.
    windows = [last // 60, last // 3_600, day, (day + 3) // 7]
    counts = sorted(chance.choice([1, 1, 2, 3, 10]) for _ in range(5))
    numbers = [counts[4], last]
    for window, count in zip(windows, counts, strict=False):
        numbers += [window, count]
    return " ".join(map(str, numbers))


def _resp(words: Iterable[str]) -> bytes:
    parts = [word.encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


_EPOCH_DAY = datetime(1970, 1, 1).toordinal()
