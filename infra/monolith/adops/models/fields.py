"""Fields that several models share."""

import secrets
from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy as _

from adops.rules.vocabulary import validate_id
from kernel.vocabulary.identifier import LENGTH_MAX as ID_LENGTH_MAX


class ExactCharField(models.CharField):
    """Text that is compared by case on every database: MariaDB's default collation would take
    `li-a` for `LI-A`, which the catalog has as two.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters


class AddressField(models.CharField):
    """An address, which is stored in the spelling of the standard: a host that was typed in letters
    of any script has its ASCII form. `spelled` gives it, or raises ValidationError.
    """

    def __init__(self, *args: Any, spelled: Callable[[str], str] = str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.spelled = spelled

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        # To the database it is text.
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        if value not in self.empty_values:
            value = self.spelled(value)
        return super().clean(value, model_instance)


class PublicIdField(ExactCharField):
    """The catalog's id of a row. If it is left empty, an id such as `li-4820197` is drawn."""

    def __init__(self, prefix: str = "", **options: Any) -> None:
        self.prefix = prefix
        options.update(max_length=ID_LENGTH_MAX, unique=True, blank=True, validators=[validate_id])
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, options = super().deconstruct()
        for implied in ("max_length", "unique", "blank", "validators"):
            options.pop(implied, None)
        return name, path, args, {**options, "prefix": self.prefix}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = getattr(model_instance, self.attname)
        if not value:
            value = self._draw(type(model_instance))
            setattr(model_instance, self.attname, value)
        return value

    def _draw(self, model: type[models.Model]) -> str:
        """A random id that is free. A running number would collide when two operators add rows at
        once.
        """
        while True:
            drawn = f"{self.prefix}-{secrets.randbelow(9_000_000) + 1_000_000}"
            if not model._default_manager.filter(**{self.attname: drawn}).exists():
                return drawn


def public_id_field(prefix: str) -> PublicIdField:
    return PublicIdField(
        prefix=prefix,
        verbose_name=_("ID"),
        help_text=_("Leave this empty to have an ID generated."),
    )
