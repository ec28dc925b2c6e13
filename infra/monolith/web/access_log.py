"""gunicorn's access log, one line a request whatever the request."""

from typing import Any
from urllib.parse import quote

from gunicorn.glogging import Logger


class AccessLogger(Logger):
    def atoms(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        atoms = super().atoms(*args, **kwargs)
        # gunicorn decodes the path, line ends too: with them a client could write lines of its own.
        atoms["U"] = quote(atoms["U"].encode("latin-1"), safe="/:@!$&'()*+,;=~")
        return atoms
