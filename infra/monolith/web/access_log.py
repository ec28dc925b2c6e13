"""gunicorn's log: one line for every request, and the errors of gunicorn itself."""

from typing import Any

from gunicorn.glogging import Logger

from web.logged_path import logged_path
from web.middleware import LOGGED_PATH, LOGGED_REQUEST_ID, LOGGED_TRACE


class AccessLogger(Logger):
    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> Any:
        atoms: Any = super().atoms(resp, req, environ, request_time)
        # A request that ends before Django's middleware has no path from there.
        atoms["U"] = environ.get(LOGGED_PATH) or _path_without_route(atoms["U"])
        atoms["trace"] = environ.get(LOGGED_TRACE)
        atoms["request_id"] = environ.get(LOGGED_REQUEST_ID)
        return {name: "-" if value is None else value for name, value in atoms.items()}

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        # gunicorn names the whole target of a request that it fails to handle.
        super().exception(msg, *(_without_target(argument) for argument in args), **kwargs)


def _path_without_route(path: str) -> str:
    # gunicorn decodes the path to Latin-1, as WSGI demands.
    return logged_path(path.encode("latin-1").decode(errors="replace"), None)


def _without_target(argument: Any) -> Any:
    if isinstance(argument, str) and argument.startswith("/"):
        return logged_path(argument.partition("?")[0], None)
    return argument
