"""Django as it runs on one machine: SQLite, gunicorn, an admin with a generated password."""

from pathlib import Path

from . import LOCAL, ROOT, install, local_secrets, uv
from .processes import run

FOLDER = ROOT / "infra" / "monolith"
DEMO_CATALOG = ROOT / "infra" / "demo" / "catalog.json"
ADMIN_USERNAME = "admin"
ADMIN_PASSWORD_SECRET = "admin-password"  # noqa: S105 (its name, not itself)


def python() -> Path:
    """The Python of Django's virtual environment, which is installed if it is missing."""
    return install.environment("monolith")


def database(folder: Path) -> Path:
    """The file of the SQLite database of a stack's folder."""
    return folder / "monolith.sqlite3"


def environment(folder: Path, env: dict[str, str]) -> dict[str, str]:
    return {
        **env,
        "MONOLITH_SECRET_KEY": local_secrets.read("django-secret-key"),
        "MONOLITH_DATABASE_PATH": str(database(folder)),
        "MONOLITH_ALLOWED_HOSTS": "127.0.0.1,localhost",
        "MONOLITH_BIND": "127.0.0.1:0",
        # Of the publish worker: a file that `publish_worker --check` looks at, and the functions' namespace,
        # with which it writes its metrics into its log.
        "MONOLITH_WORKER_SIGN": str(folder / "publish-worker.alive"),
        "MONOLITH_METRICS_NAMESPACE": "lockfill",
        # The zone of the demonstration's users.
        "MONOLITH_ADMIN_TIME_ZONE": "Asia/Seoul",
        "MONOLITH_ADMIN_USERNAME": ADMIN_USERNAME,
        "MONOLITH_ADMIN_PASSWORD": local_secrets.read(ADMIN_PASSWORD_SECRET),
        **uv.KEPT_BYTECODE,
    }


def prepare(python: Path, env: dict[str, str], logs: Path, catalog: Path) -> None:
    """Brings the database up to date, makes the admin, and fills an empty catalog from a file."""
    manage(python, env, logs, "migrate", "--verbosity=0")
    manage(python, env, logs, "ensure_admin")
    manage(python, env, logs, "import_catalog", "--if-empty", catalog)


def publish(python: Path, env: dict[str, str], logs: Path) -> None:
    """Publishes the edited catalog."""
    # The checks of the system were made when the database was prepared.
    manage(python, env, logs, "publish", "--skip-checks", "--wait")


def manage(python: Path, env: dict[str, str], logs: Path, name: str, *arguments: str | Path) -> str:
    """Runs a command of Django's; its output."""
    log = logs / f"{name.replace('_', '-')}.log"
    return run(f"manage.py {name}", [python, FOLDER / "manage.py", name, *arguments], log, env)


def command(python: Path) -> list[str | Path]:
    return [python, "-m", "gunicorn", "--config", FOLDER / "gunicorn.conf.py"]


def worker_command(python: Path) -> list[str | Path]:
    return [python, FOLDER / "manage.py", "publish_worker", "--skip-checks"]


def admin_password_file() -> Path:
    return local_secrets.path(ADMIN_PASSWORD_SECRET).relative_to(LOCAL.parent)
