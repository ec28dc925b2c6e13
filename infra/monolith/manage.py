#!/usr/bin/env python
"""Django's command line for the monolith."""

import atexit
import gc
import os
import secrets
import sys


def main() -> None:
    # While Python ends it looks for garbage among all objects again and again: a third of the processor
    # time of a short command. The first registered function runs last.
    atexit.register(gc.freeze)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["test"]:
        # Tests need a secret key, and must not use the key of a server.
        os.environ["MONOLITH_SECRET_KEY"] = secrets.token_urlsafe(48)

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
