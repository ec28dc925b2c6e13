"""gunicorn's access log. Every request is exactly one line."""

from typing import Any
from urllib.parse import quote

from gunicorn.glogging import Logger


class AccessLogger(Logger):
    def atoms(self, *args: Any, **kwargs: Any) -> Any:
        atoms: Any = super().atoms(*args, **kwargs)
        # gunicorn decodes the path. A client could forge a line with an encoded line end.
        atoms["U"] = quote(atoms["U"].encode("latin-1"), safe="/:@!$&'()*+,;=~")
        return atoms
