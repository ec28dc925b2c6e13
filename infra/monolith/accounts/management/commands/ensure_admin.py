"""Makes or updates the administrator.

The command takes no password as an argument: every process of the machine can read a command line,
and the shell keeps it.
"""

import os
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.credentials import MissingCredentials, read_admin_credentials
from accounts.services import ensure_superuser


class Command(BaseCommand):
    help = (
        "Makes or updates a superuser from the environment variables MONOLITH_ADMIN_USERNAME and"
        " MONOLITH_ADMIN_PASSWORD. The command never prints them."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            credentials = read_admin_credentials(os.environ)
            is_new = ensure_superuser(username=credentials.username, password=credentials.password)
        except MissingCredentials as error:
            raise CommandError(str(error)) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write("The administrator is new." if is_new else "The administrator is up to date.")
