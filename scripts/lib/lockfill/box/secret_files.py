"""The secrets of the containers: made once, in files that only their owner can read, one for each role."""

import secrets
from pathlib import Path

from .. import private
from ..local_secrets import write_private

# By file, the names of its variables.
_FILES = {
    "functions.env": ("LOCKFILL_SIGNING_KEYS", "LOCKFILL_USER_KEY_SECRETS", "LOCKFILL_DEBUG_TOKEN"),
    "django.env": ("MONOLITH_SECRET_KEY", "MONOLITH_ADMIN_PASSWORD", "MONOLITH_DATABASE_URL"),
    "mariadb.env": ("LOCKFILL_DATABASE_PASSWORD",),
}


def make(folder: Path) -> None:
    """Writes the files that are missing. Others stay: they have keys of links that are in use."""
    private.made(folder)
    missing = [name for name in _FILES if not (folder / name).exists()]
    if "mariadb.env" in missing and "django.env" not in missing:
        # Both hold the one password.
        missing.append("django.env")
    values = _new_values()
    if "django.env" in missing and "mariadb.env" not in missing:
        values = _with_password(values, read(folder, "mariadb.env")["LOCKFILL_DATABASE_PASSWORD"])
    for name in missing:
        write_private(folder / name, "".join(f"{key}={values[key]}\n" for key in _FILES[name]))


def read(folder: Path, name: str) -> dict[str, str]:
    """The variables of a file."""
    pairs = (line.partition("=") for line in (folder / name).read_text().splitlines())
    return {key: value for key, _, value in pairs}


def _new_values() -> dict[str, str]:
    values = {
        "LOCKFILL_SIGNING_KEYS": f"k1:{secrets.token_hex(32)}",
        "LOCKFILL_USER_KEY_SECRETS": secrets.token_hex(32),
        "LOCKFILL_DEBUG_TOKEN": secrets.token_hex(32),
        "MONOLITH_SECRET_KEY": secrets.token_hex(32),
        "MONOLITH_ADMIN_PASSWORD": secrets.token_hex(16),
    }
    return _with_password(values, secrets.token_hex(24))


def _with_password(values: dict[str, str], password: str) -> dict[str, str]:
    url = f"mysql://lockfill:{password}@mariadb:3306/lockfill"
    return {**values, "LOCKFILL_DATABASE_PASSWORD": password, "MONOLITH_DATABASE_URL": url}
