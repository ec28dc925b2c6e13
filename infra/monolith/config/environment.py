"""The environment of the monolith. `settings` reads and checks all of it once, at the start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.utils import get_random_secret_key

from config.addresses import endpoint_url
from config.allocation_environment import AllocationEnvironment, read_allocation_environment
from config.database_url import MySqlDatabase, SqliteDatabase, parse_mysql_url
from config.secrets import SecretProblem, with_secrets

REPOSITORY = Path(__file__).resolve().parents[3]

SECRET_KEY_LENGTH_MIN = 32


class InvalidEnvironment(ValueError):
    """A variable is missing or wrong. The message is one line for the operator."""


@dataclass(frozen=True)
class Environment:
    # Out of `repr`, so that no log or traceback shows it.
    secret_key: str = field(repr=False)
    # What the secrets of webhooks are sealed with: the first one seals, all of them open.
    webhook_keys: tuple[str, ...] = field(repr=False)
    database: SqliteDatabase | MySqlDatabase
    allowed_hosts: tuple[str, ...]
    debug: bool
    bind: str
    # Empty if this server cannot publish catalogs.
    catalog_table: str
    # Where the functions' roll-ups are. Empty if this server does not show what was delivered.
    delivery_table: str
    # None for the endpoint of AWS itself.
    dynamodb_endpoint_url: str | None
    # The name or ARN of the function `catalog`, which compiles what is published. Empty if this
    # server cannot publish catalogs.
    catalog_function: str
    # None for the endpoint of AWS itself.
    lambda_endpoint_url: str | None
    # AWS_REGION, which the functions' SDK reads and boto3 does not. If it is None, boto3 chooses.
    aws_region: str | None
    # The publisher publishes after so many seconds without an edit. 0 switches that off, so that a
    # publication needs a request.
    publish_quiet_seconds: int
    # A publication is requested after so many seconds without one, for learned rates alone. 0
    # switches that off, so that rates change with publications that are made for another reason.
    publish_rates_seconds: int
    # Whether a second person approves what is published.
    publish_needs_two: bool
    # Facts of delivery are kept by the hour for so many days after their arrival, and by the day from then
    # on. 0 keeps the hours for ever.
    delivery_hours_days: int
    # How many members one address may register in a minute, and for how many phones without a
    # token it may store settings.
    new_devices_per_minute: int
    # Requests of one key of the management API.
    management_requests_per_minute: int
    # Registrations without a proof: accept, warn or require.
    proof_of_possession: str
    # The time zone of all times in the admin.
    admin_time_zone: ZoneInfo
    # The file by which the publish worker shows that it lives; None if it shows nothing.
    worker_sign: Path | None
    # The namespace of the publish worker's metrics in CloudWatch. Empty if it writes none.
    metrics_namespace: str
    # None if this server does not answer allocations.
    allocation: AllocationEnvironment | None = None


def read_environment(variables: Mapping[str, str]) -> Environment:
    try:
        variables = with_secrets(variables)
    except SecretProblem as problem:
        raise InvalidEnvironment(str(problem)) from None
    debug = _read_flag(variables, "MONOLITH_DEBUG")
    secret_key = _read_secret_key(variables, debug=debug)
    return Environment(
        secret_key=secret_key,
        webhook_keys=_read_webhook_keys(variables) or (secret_key,),
        database=_read_database(variables),
        allowed_hosts=_read_list(variables, "MONOLITH_ALLOWED_HOSTS", "127.0.0.1,localhost"),
        debug=debug,
        bind=variables.get("MONOLITH_BIND", "") or "127.0.0.1:8001",
        catalog_table=variables.get("LOCKFILL_CATALOG_TABLE", ""),
        delivery_table=variables.get("LOCKFILL_DELIVERY_TABLE", ""),
        dynamodb_endpoint_url=_read_endpoint_url(variables, "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"),
        catalog_function=variables.get("MONOLITH_CATALOG_FUNCTION", ""),
        lambda_endpoint_url=_read_endpoint_url(
            variables, "MONOLITH_LAMBDA_ENDPOINT_URL", "AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL"
        ),
        aws_region=variables.get("AWS_REGION") or None,
        publish_quiet_seconds=_read_seconds(variables, "MONOLITH_PUBLISH_QUIET_SECONDS", 30),
        publish_rates_seconds=_read_seconds(variables, "MONOLITH_PUBLISH_RATES_SECONDS", 0),
        publish_needs_two=_read_flag(variables, "MONOLITH_PUBLISH_NEEDS_TWO"),
        delivery_hours_days=_read_days(variables, "MONOLITH_DELIVERY_HOURS_DAYS", 100),
        new_devices_per_minute=_read_count(variables, "MONOLITH_NEW_DEVICES_PER_MINUTE", 30),
        management_requests_per_minute=_read_count(variables, "MONOLITH_MANAGEMENT_REQUESTS_PER_MINUTE", 600),
        proof_of_possession=_read_choice(
            variables, "MONOLITH_PROOF_OF_POSSESSION", ("accept", "warn", "require")
        ),
        admin_time_zone=_read_time_zone(variables, "MONOLITH_ADMIN_TIME_ZONE"),
        worker_sign=Path(sign) if (sign := variables.get("MONOLITH_WORKER_SIGN")) else None,
        metrics_namespace=variables.get("MONOLITH_METRICS_NAMESPACE", ""),
        allocation=_read_allocation(variables),
    )


def _read_secret_key(variables: Mapping[str, str], *, debug: bool) -> str:
    secret_key = variables.get("MONOLITH_SECRET_KEY", "")
    if not secret_key and debug:
        # With a fixed key, a server that debugs by mistake would accept forged sessions.
        return get_random_secret_key()
    if len(secret_key) < SECRET_KEY_LENGTH_MIN:
        raise InvalidEnvironment(
            f"MONOLITH_SECRET_KEY must be set to {SECRET_KEY_LENGTH_MIN} or more characters"
            " (only with MONOLITH_DEBUG=1 may it be missing)"
        )
    return secret_key


def _read_webhook_keys(variables: Mapping[str, str]) -> tuple[str, ...]:
    keys = _read_list(variables, "MONOLITH_WEBHOOK_KEYS", "")
    if any(len(key) < SECRET_KEY_LENGTH_MIN for key in keys):
        raise InvalidEnvironment(
            f"MONOLITH_WEBHOOK_KEYS must be keys of {SECRET_KEY_LENGTH_MIN} or more characters, with commas"
            " between them"
        )
    return keys


def _read_endpoint_url(variables: Mapping[str, str], *names: str) -> str | None:
    """The endpoint that the first of these variables names."""
    for name in names:
        if text := variables.get(name):
            try:
                return endpoint_url(text)
            except ValueError as error:
                raise InvalidEnvironment(f"{name}: {error}") from None
    return None


def _read_allocation(variables: Mapping[str, str]) -> AllocationEnvironment | None:
    try:
        return read_allocation_environment(variables)
    except ValueError as error:
        raise InvalidEnvironment(str(error)) from None


def _read_database(variables: Mapping[str, str]) -> SqliteDatabase | MySqlDatabase:
    url, path = (variables.get(f"MONOLITH_DATABASE_{name}", "") for name in ("URL", "PATH"))
    if url and path:
        raise InvalidEnvironment(
            "MONOLITH_DATABASE_URL and MONOLITH_DATABASE_PATH name two databases: set one of them"
        )
    if not url:
        return SqliteDatabase(_database_path(path))
    try:
        return parse_mysql_url(url)
    except ValueError as error:
        raise InvalidEnvironment(f"MONOLITH_DATABASE_URL {error}") from None


def _database_path(path: str) -> Path:
    if path:
        return Path(path).absolute()
    default = REPOSITORY / ".local" / "monolith.sqlite3"
    # SQLite makes a missing file, but no folder. A missing folder in MONOLITH_DATABASE_PATH is an
    # error on purpose: it means that a volume is not mounted.
    default.parent.mkdir(exist_ok=True, mode=0o700)
    return default


def _read_time_zone(variables: Mapping[str, str], name: str) -> ZoneInfo:
    try:
        return ZoneInfo(variables.get(name) or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidEnvironment(f"{name} must be a time zone such as Asia/Seoul") from None


def _read_flag(variables: Mapping[str, str], name: str) -> bool:
    value = variables.get(name, "")
    if value not in ("", "0", "1"):
        raise InvalidEnvironment(f"{name} must be 0 or 1")
    return value == "1"


def _read_choice(variables: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """One of the choices; the first if the variable is not set."""
    value = variables.get(name, "") or choices[0]
    if value not in choices:
        raise InvalidEnvironment(f"{name} must be one of {', '.join(choices)}")
    return value


def _read_count(variables: Mapping[str, str], name: str, default: int) -> int:
    value = variables.get(name, "") or str(default)
    if not (value.isascii() and value.isdigit() and len(value) <= 6 and int(value) > 0):
        raise InvalidEnvironment(f"{name} must be a number, 1 to 999999")
    return int(value)


def _read_seconds(variables: Mapping[str, str], name: str, default: int) -> int:
    value = variables.get(name, "") or str(default)
    if not (value.isascii() and value.isdigit() and len(value) <= 5):
        raise InvalidEnvironment(f"{name} must be a number of seconds, 0 to 99999")
    return int(value)


def _read_days(variables: Mapping[str, str], name: str, default: int) -> int:
    value = variables.get(name, "") or str(default)
    if not (value.isascii() and value.isdigit() and len(value) <= 4):
        raise InvalidEnvironment(f"{name} must be a number of days, 0 to 9999")
    return int(value)


def _read_list(variables: Mapping[str, str], name: str, default: str) -> tuple[str, ...]:
    entries = (variables.get(name) or default).split(",")
    return tuple(entry.strip() for entry in entries if entry.strip())
