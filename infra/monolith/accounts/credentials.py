"""The administrator's user name and password in the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field

USERNAME_VARIABLE = "MONOLITH_ADMIN_USERNAME"
PASSWORD_VARIABLE = "MONOLITH_ADMIN_PASSWORD"  # noqa: S105  (the name of a variable)


class MissingCredentials(ValueError):
    """A variable is not set. The message is one line for the person who runs the command."""


@dataclass(frozen=True)
class AdminCredentials:
    username: str
    # Out of `repr`, so that no log or traceback shows it.
    password: str = field(repr=False)


def read_admin_credentials(variables: Mapping[str, str]) -> AdminCredentials:
    """Reads the variables of `ensure_admin`. No other command and no server reads the password."""
    names = (USERNAME_VARIABLE, PASSWORD_VARIABLE)
    missing = [name for name in names if not variables.get(name)]
    if missing:
        raise MissingCredentials(f"{' and '.join(missing)} must be set")
    return AdminCredentials(*(variables[name] for name in names))
