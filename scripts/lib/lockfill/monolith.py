"""Django as it runs on one machine: SQLite, gunicorn, an admin with a generated password."""

from pathlib import Path

from . import LOCAL, ROOT, install, local_secrets
from .processes import run

FOLDER = ROOT / "infra" / "monolith"
ADMIN_USERNAME = "admin"
ADMIN_PASSWORD_SECRET = "admin-password"  # noqa: S105 (its name, not itself)


def python() -> Path:
    """The Python of Django's virtual environment, installed if need be."""
    return install.virtual_environment("venv-monolith", FOLDER / "requirements.txt")


def environment(folder: Path, env: dict[str, str]) -> dict[str, str]:
    return {
        **env,
        "MONOLITH_SECRET_KEY": local_secrets.read("django-secret-key"),
        "MONOLITH_DATABASE_PATH": str(folder / "monolith.sqlite3"),
        "MONOLITH_ALLOWED_HOSTS": "127.0.0.1,localhost",
        "MONOLITH_BIND": "127.0.0.1:0",
        "MONOLITH_ADMIN_USERNAME": ADMIN_USERNAME,
        "MONOLITH_ADMIN_PASSWORD": local_secrets.read(ADMIN_PASSWORD_SECRET),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def prepare(python: Path, env: dict[str, str], logs: Path) -> None:
    """Brings the database up to date and makes the admin."""
    manage = FOLDER / "manage.py"
    run("manage.py migrate", [python, manage, "migrate", "--verbosity=0"], logs / "migrate.log", env)
    run("manage.py ensure_admin", [python, manage, "ensure_admin"], logs / "ensure-admin.log", env)


def command(python: Path) -> list[str | Path]:
    return [python, "-m", "gunicorn", "--config", FOLDER / "gunicorn.conf.py"]


def admin_password_file() -> Path:
    return local_secrets.path(ADMIN_PASSWORD_SECRET).relative_to(LOCAL.parent)
