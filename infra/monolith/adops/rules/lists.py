"""JSON values whose form many fields share."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from adops.rules.vocabulary import validate_id, validate_label, validate_origin
from kernel.vocabulary.url import ORIGINS_MAX

Rule = Callable[[str], None]


def require_list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValidationError(_("This must be a list."))
    return value


def require_mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValidationError(_("This must be an object."))
    return value


def require_object(value: object, allowed: frozenset[str]) -> dict[str, object]:
    """An object with no other members than these: a condition that is ignored would show an item to
    people for whom it is not meant.
    """
    members = require_mapping(value)
    if unknown := sorted(members.keys() - allowed):
        raise ValidationError(
            _("“%(name)s” is not allowed here: use %(allowed)s."),
            params={"name": unknown[0], "allowed": ", ".join(sorted(allowed))},
        )
    return members


def require_integer(value: object, minimum: int, maximum: int) -> int:
    # In Python true is a 1.
    if not isinstance(value, int) or isinstance(value, bool) or not minimum <= value <= maximum:
        raise ValidationError(
            _("“%(value)s” is not a whole number from %(minimum)s to %(maximum)s."),
            params={"value": value, "minimum": minimum, "maximum": maximum},
        )
    return value


def validate_texts(value: object, rule: Rule) -> None:
    for text in require_list(value):
        if not isinstance(text, str):
            raise ValidationError(_("“%(value)s” is not text."), params={"value": text})
        rule(text)


def validate_labels(value: object) -> None:
    """Categories and exclusion labels: a list of texts."""
    validate_texts(value, validate_label)


def validate_origins(value: object) -> None:
    """The origins of the pages that may read a unit's answers."""
    validate_texts(value, validate_origin)
    if len(require_list(value)) > ORIGINS_MAX:
        raise ValidationError(_("These are at most %(maximum)s."), params={"maximum": ORIGINS_MAX})


def validate_ids(value: object) -> None:
    validate_texts(value, validate_id)
