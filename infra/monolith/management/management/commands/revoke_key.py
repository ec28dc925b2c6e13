"""Revokes a key of the management API by its prefix, which is no secret: `lfk_abcd1234`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from management.models import ManagementKey
from management.services.keys import revoke


class Command(BaseCommand):
    help = "Revokes the key of the management API with this prefix, at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("prefix", help="Such as lfk_abcd1234; what follows it is not needed.")

    def handle(self, *_args: Any, prefix: str, **_options: Any) -> None:
        # A whole token may be pasted; it is neither printed nor kept.
        wanted = prefix.removeprefix("lfk_").partition("_")[0]
        key = ManagementKey.objects.select_related("owner").filter(prefix=wanted).first()
        if key is None:
            raise CommandError("no key has this prefix")
        if not revoke([key], key.owner, timezone.now(), on_command_line=True):
            raise CommandError(f"the key lfk_{key.prefix} is revoked already")
        self.stdout.write(f"revoked lfk_{key.prefix}, a key of {key.owner.get_username()}")
