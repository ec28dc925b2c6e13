"""Makes or updates the administrator, from the environment alone: a command line is seen by every
process of the machine and kept by the shell.
"""

import os
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.services import ensure_superuser
from config.environment import InvalidEnvironment, read_admin_credentials


class Command(BaseCommand):
    help = (
        "Makes or updates a superuser from MONOLITH_ADMIN_USERNAME and MONOLITH_ADMIN_PASSWORD,"
        " which are read from the environment and never shown."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            credentials = read_admin_credentials(os.environ)
            is_new = ensure_superuser(username=credentials.username, password=credentials.password)
        except InvalidEnvironment as error:
            raise CommandError(str(error)) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(
            "The administrator is new." if is_new else "The administrator is up to date."
        )
