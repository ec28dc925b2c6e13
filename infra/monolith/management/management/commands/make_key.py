"""Makes a key of the management API without a browser, and writes it to a file of its owner alone."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from management.models import ManagementKey
from management.scopes import Scope
from management.services.keys import LIFETIME_MAX, issue


class Command(BaseCommand):
    help = (
        "Makes a key of the management API for a person, and writes it to a new file, which its owner alone"
        " may read: a terminal keeps what it has shown."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("owner", help="The user name of a person who may log in to the admin.")
        parser.add_argument("file", type=Path, help="Must not be there yet.")
        parser.add_argument("--name", default="made on the command line")
        parser.add_argument("--scope", action="append", choices=Scope.values, dest="scopes", required=True)
        parser.add_argument("--days", type=int, default=90, help="How long it can be used; 1 to 366.")

    def handle(
        self, *_args: Any, owner: str, file: Path, name: str, scopes: list[str], days: int, **_options: Any
    ) -> None:
        person = User.objects.filter(username=owner, is_active=True, is_staff=True).first()
        if person is None:
            raise CommandError(f"no active member of staff is named {owner}")
        if not 1 <= days <= LIFETIME_MAX.days:
            raise CommandError(f"--days is 1 to {LIFETIME_MAX.days}")
        if not 1 <= len(name) <= 100:
            raise CommandError("--name has 1 to 100 characters")
        expires_at = timezone.now() + timedelta(days=days)
        key = ManagementKey(owner=person, name=name, scopes=sorted(set(scopes)), expires_at=expires_at)
        token = issue(key)
        try:
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
                opened.write(f"{token}\n")
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}") from None
        key.save()
        self.stdout.write(f"lfk_{key.prefix} is in {file}")
