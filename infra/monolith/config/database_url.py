"""The database of Django: the URL in the environment, and the settings for the database."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

URL_FORM = "mysql://USER:PASSWORD@HOST:PORT/NAME"
_OPTIONS = {"unix_socket", "ssl_ca"}
_DEFAULT_PORT = 3306


@dataclass(frozen=True)
class SqliteDatabase:
    path: Path

    def files(self) -> tuple[Path, ...]:
        """The files that SQLite makes on this machine."""
        return tuple(self.path.with_name(self.path.name + end) for end in ("", "-wal", "-shm"))

    def settings(self) -> dict[str, object]:
        # A transaction that first reads and then writes fails at once while another transaction
        # writes. A transaction that locks at its beginning waits, for at most `timeout` seconds.
        return self._settings("IMMEDIATE")

    def snapshot_settings(self) -> dict[str, object]:
        """For transactions that read the state of one moment while others write."""
        return self._settings("DEFERRED")

    def _settings(self, transaction_mode: str) -> dict[str, object]:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": self.path,
            "OPTIONS": {
                # With a write-ahead log, readers never wait for the writer.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
                "transaction_mode": transaction_mode,
                "timeout": 5,
            },
        }


@dataclass(frozen=True)
class MySqlDatabase:
    """MySQL or MariaDB, at either a socket or a host and a port."""

    name: str
    user: str
    # Out of `repr`, so that no log or traceback shows it.
    password: str = field(repr=False)
    host: str = ""
    port: int = _DEFAULT_PORT
    unix_socket: str = ""
    # The file with the certificates that sign the server's. Without a file there is no TLS.
    ssl_ca: str = ""

    def files(self) -> tuple[Path, ...]:
        """None: the database is another server's."""
        return ()

    def settings(self) -> dict[str, object]:
        # A transaction that waited for a row must read what the other transaction wrote. Under
        # REPEATABLE READ, MySQL's default, it would read the state before the wait, and check an
        # outdated balance.
        return self._settings("read committed")

    def snapshot_settings(self) -> dict[str, object]:
        """For transactions that read the state of one moment while others write."""
        return self._settings("repeatable read")

    def _settings(self, isolation_level: str) -> dict[str, object]:
        options: dict[str, object] = {
            "charset": "utf8mb4",
            "isolation_level": isolation_level,
            # A value that does not fit is an error instead of being cut short. The wait for a lock
            # is as long as on SQLite.
            "init_command": "SET SESSION sql_mode='TRADITIONAL', innodb_lock_wait_timeout=5",
        }
        if self.ssl_ca:
            options["ssl"] = {"ca": self.ssl_ca}
        return {
            "ENGINE": "config.mysql",
            "NAME": self.name,
            "USER": self.user,
            "PASSWORD": self.password,
            # To Django, a host that begins with a slash is a socket.
            "HOST": self.unix_socket or self.host,
            "PORT": "" if self.unix_socket else str(self.port),
            "OPTIONS": options,
            # Connecting takes longer than most queries. Servers keep idle connections for longer
            # than these seconds.
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "TEST": {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_bin"},
        }


def parse_mysql_url(url: str) -> MySqlDatabase:
    """Raises ValueError with what is wrong. The text never has the URL, which has a password."""
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORT
    except ValueError:
        raise ValueError(f"must look like {URL_FORM}") from None
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme != "mysql" or not parts.username or not name or "/" in name or parts.fragment:
        raise ValueError(f"must look like {URL_FORM}")
    options = _parse_options(parts)
    unix_socket = options.get("unix_socket", "")
    if bool(unix_socket) == bool(parts.hostname):
        raise ValueError("must have either a host or ?unix_socket=/PATH")
    return MySqlDatabase(
        name=name,
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        host=parts.hostname or "",
        port=port,
        unix_socket=unix_socket,
        ssl_ca=options.get("ssl_ca", ""),
    )


def _parse_options(parts: SplitResult) -> dict[str, str]:
    options = parse_qs(parts.query, keep_blank_values=True)
    if not options.keys() <= _OPTIONS or any(len(values) != 1 for values in options.values()):
        raise ValueError(f"may have {' and '.join(sorted(_OPTIONS))} behind the ?, once each")
    if not all(values[0].startswith("/") for values in options.values()):
        raise ValueError(f"must have absolute paths as {' and '.join(sorted(_OPTIONS))}")
    return {name: values[0] for name, values in options.items()}
