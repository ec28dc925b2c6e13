"""The environment of the allocation APIs: the same variables as the functions read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

from config.addresses import redis_url
from kernel.vocabulary.url import link_base

T = TypeVar("T")

# If one of these is set, this server answers allocations and needs the others as well. The name of
# the catalog table is not among them, because the publisher needs it too.
_ENABLING_VARIABLES = ("LOCKFILL_SIGNING_KEYS", "LOCKFILL_REDIS_URL", "LOCKFILL_LINK_BASE_URL")
_REDIS_DEADLINE_MS = 10
_REDIS_DEADLINE_MS_MAX = 60_000
_LEDGER_DAYS = 400
_LEDGER_DAYS_MAX = 3_650
_CLICK_SECONDS_MIN = 1
_CLICK_SECONDS_MAX = 60
_EVENTS_MAX = 100_000_000
_SECRET_BYTES_MIN = 32
_KEYS_MAX = 4
_USER_KEY_SECRETS_MAX = 3
_UNKEYED = "none"
_DEBUG_TOKEN_BYTES_MIN = 32
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}", re.ASCII)


@dataclass(frozen=True)
class LedgerEnvironment:
    """Of the ledger of tracking events."""

    table: str
    # An entry is kept for so long after the end of its token.
    days: int
    # A click sooner after the issue of its slot is none of a person.
    click_seconds_min: int
    # The most events of one user and of one address in a minute that count.
    user_events_max: int = 600
    address_events_max: int = 12_000


@dataclass(frozen=True)
class AllocationEnvironment:
    # Out of `repr`, because a URL may contain a password.
    redis_url: str = field(repr=False)
    redis_deadline_ms: int
    # The scheme and host of tracking links, such as https://ads.example.
    link_base: str
    # Key IDs and secrets. The first key signs; all of them verify.
    signing_keys: tuple[tuple[str, str], ...] = field(repr=False)
    # Users are named under the first, and what is stored under the others is read too. None is the
    # way without a secret.
    user_key_secrets: tuple[str | None, ...] = field(repr=False)
    # None switches the parameters `explain` and `now` off.
    debug_token: str | None = field(repr=False)
    # None if this server does not record events.
    ledger: LedgerEnvironment | None = None


def read_allocation_environment(variables: Mapping[str, str]) -> AllocationEnvironment | None:
    """None if this server does not answer allocations.

    Raises ValueError with the names of all missing and invalid variables, and never with a value.
    """
    if not any(variables.get(name) for name in _ENABLING_VARIABLES):
        return None
    reader = _Reader(variables)
    reader.required("LOCKFILL_CATALOG_TABLE", str)
    environment = AllocationEnvironment(
        redis_url=reader.required("LOCKFILL_REDIS_URL", redis_url),
        redis_deadline_ms=reader.optional(
            "LOCKFILL_REDIS_DEADLINE_MS", _redis_deadline_ms, _REDIS_DEADLINE_MS
        ),
        link_base=reader.required("LOCKFILL_LINK_BASE_URL", _link_base),
        signing_keys=reader.required("LOCKFILL_SIGNING_KEYS", _signing_keys),
        user_key_secrets=reader.optional("LOCKFILL_USER_KEY_SECRETS", _user_key_secrets, (None,)),
        debug_token=reader.optional("LOCKFILL_DEBUG_TOKEN", _debug_token, None),
        ledger=_ledger(reader),
    )
    if reader.errors:
        raise ValueError("; ".join(reader.errors))
    return environment


def _ledger(reader: "_Reader") -> LedgerEnvironment | None:
    table = reader.optional("LOCKFILL_EVENTS_TABLE", str, "")
    days = reader.optional("LOCKFILL_LEDGER_DAYS", _ledger_days, _LEDGER_DAYS)
    click_seconds_min = reader.optional("LOCKFILL_CLICK_SECONDS_MIN", _click_seconds, _CLICK_SECONDS_MIN)
    most = [
        reader.optional(name, _events, default)
        for name, default in (("LOCKFILL_USER_EVENTS_MAX", 600), ("LOCKFILL_ADDRESS_EVENTS_MAX", 12_000))
    ]
    return LedgerEnvironment(table, days, click_seconds_min, *most) if table else None


class _Reader:
    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.errors: list[str] = []

    def required(self, name: str, parse: Callable[[str], T]) -> T:
        if not self._variables.get(name):
            self.errors.append(f"{name} is not set")
        # No caller uses the None of a missing value: the errors end the reading first.
        return self.optional(name, parse, cast(T, None))

    def optional(self, name: str, parse: Callable[[str], T], default: T) -> T:
        value = self._variables.get(name)
        if not value:
            return default
        try:
            return parse(value)
        except ValueError as error:
            self.errors.append(f"{name}: {error}")
            return default


def _redis_deadline_ms(text: str) -> int:
    return _number(text, 1, _REDIS_DEADLINE_MS_MAX, "milliseconds")


def _ledger_days(text: str) -> int:
    return _number(text, 1, _LEDGER_DAYS_MAX, "days")


def _click_seconds(text: str) -> int:
    return _number(text, 0, _CLICK_SECONDS_MAX, "seconds")


def _events(text: str) -> int:
    return _number(text, 1, _EVENTS_MAX, "events")


def _number(text: str, least: int, most: int, unit: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1
    if not least <= number <= most:
        raise ValueError(f"must be a number of {unit} from {least} to {most}")
    return number


def _link_base(text: str) -> str:
    try:
        return link_base(text)
    except ValueError:
        raise ValueError(
            "must be https://HOST[:PORT] with a public host, or http:// on a loopback address, without a path"
        ) from None


def _signing_keys(text: str) -> tuple[tuple[str, str], ...]:
    keys: dict[str, str] = {}
    for pair in text.split(","):
        key_id, separator, secret = pair.strip().partition(":")
        if not separator or key_id in keys or len(keys) == _KEYS_MAX:
            raise ValueError(
                "signing keys must be KEY_ID:SECRET, at most 4 of them joined by commas, each key id once"
            )
        if not _KEY_ID.fullmatch(key_id):
            raise ValueError("a signing key's id must be 1 to 16 of A-Za-z0-9_-")
        if len(secret.encode()) < _SECRET_BYTES_MIN:
            raise ValueError("a signing key's secret must have 32 bytes or more")
        keys[key_id] = secret
    return tuple(keys.items())


def _user_key_secrets(text: str) -> tuple[str | None, ...]:
    secrets = [each.strip() for each in text.split(",")]
    if len(secrets) > _USER_KEY_SECRETS_MAX or len(set(secrets)) < len(secrets):
        raise ValueError(
            "user key secrets must be at most 3 joined by commas, each once;"
            " none stands for names without a secret"
        )
    if any(each != _UNKEYED and len(each.encode()) < _SECRET_BYTES_MIN for each in secrets):
        raise ValueError("a user key secret must have 32 bytes or more")
    return tuple(None if each == _UNKEYED else each for each in secrets)


def _debug_token(text: str) -> str | None:
    # A shorter token could be guessed, so it leaves debugging off.
    return text if len(text.encode()) >= _DEBUG_TOKEN_BYTES_MIN else None
