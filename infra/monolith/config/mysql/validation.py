"""The check of the collation, which `migrate` and `check --database default` run."""

from typing import Any

from django.core.checks import CheckMessage, Error
from django.db.backends.mysql import validation

COLLATION = "utf8mb4_bin"


class DatabaseValidation(validation.DatabaseValidation):
    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return [*super().check(**kwargs), *self._check_collation()]

    def _check_collation(self) -> list[CheckMessage]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT @@collation_database")
            (collation,) = cursor.fetchone()
        if collation == COLLATION:
            return []
        name = self.connection.settings_dict["NAME"]
        return [
            Error(
                f"The database {name} compares text by {collation}: it would take u1 and U1 for"
                " the same user.",
                hint=f"ALTER DATABASE {name} CHARACTER SET utf8mb4 COLLATE {COLLATION}",
                id="lockfill.E001",
            )
        ]
