"""Users who have seen something, and whose devices were lent something: their states and loans as
functions/shared/dao-redis/src/lib.rs describes them.
"""

import base64
import hashlib
import hmac
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


def write_states(
    port: int, seed: int, catalog: int, rows: dict[str, list[dict[str, Any]]], secret: str
) -> None:
    """Writes the histories of a catalog's users to Redis, and what their devices were lent.

    Histories are those of before users were named under a secret. Loans are not read under such names.
    """
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
        replies = connection.makefile("rb")
        for number in range(1, USERS + 1):
            viewer = user(seed, catalog, number)
            for command in _commands(seed, catalog, number, viewer, rows, secret):
                connection.sendall(_resp(command))
                if not (reply := replies.readline()).startswith(b":"):
                    said = reply.decode(errors="replace").strip()
                    raise Failure(f"Redis did not take what a user has seen: {said}")


def _commands(
    seed: int, catalog: int, number: int, viewer: User, rows: dict[str, list[dict[str, Any]]], secret: str
) -> Iterable[list[str]]:
    plain = _plain_name(viewer.user_id)
    loans = _loans(Chance(f"{seed}/{catalog}/loans/{number}"), viewer, rows)
    hashes = [(f"lockfill:{{{_keyed(plain, secret)}}}:loans", loans)]
    if number % 5:
        chance = Chance(f"{seed}/{catalog}/state/{number}")
        hashes.append((f"lockfill:{{{plain}}}:state", _state(chance, viewer, rows)))
    for key, pairs in hashes:
        fields = list(pairs)
        yield ["DEL", key]
        if fields:
            yield ["HSET", key, *fields]
            yield ["EXPIRE", key, str(_STATE_SECONDS)]


def _plain_name(user_id: str) -> str:
    """How stores name a user without a secret."""
    return _base64(hashlib.sha256(user_id.encode()).digest())


def _keyed(plain: str, secret: str) -> str:
    """How stores name a user under a secret."""
    return "1" + _base64(hmac.digest(secret.encode(), plain.encode(), "sha256"))


def _base64(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest[:_KEY_BYTES]).decode().rstrip("=")


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


def _loans(chance: Chance, viewer: User, rows: dict[str, list[dict[str, Any]]]) -> Iterable[str]:
    """Slots that other devices have, of more borrowers than are known, some of them over."""
    if now_and_then(chance, 0.3):
        return
    items = [*(row["id"] for row in rows["line_items"]), "li-gone"]
    borrowers = [f"{chance.getrandbits(64):016x}" for _ in range(chance.choice([1, 2, 8, 9, 10]))]
    for number in range(chance.choice([1, 5, 20, 40])):
        until = viewer.lives_at + chance.choice([-86_400, 0, 1, 60, 3_600, 14_400, 86_400])
        loan = f"{chance.choice(borrowers)} {until} {chance.choice(items)}"
        yield from (f"lent-{number // 10}:{number % 10 + 1}", loan)


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
