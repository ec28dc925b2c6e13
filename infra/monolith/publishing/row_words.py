"""What differs between two rows of a catalog, in the words of the forms in which it is edited."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from adops.forms.wording import Difference, differences
from adops.models import ExchangeRate
from publishing.row_values import REFERENCES, values_of

# Members, each with its old and its new value.
Members = Mapping[str, list[Any]]

# The members that name what money is in.
_CURRENCIES = ("currency", "budget_currency")


def members_in_words(model: type[Model], members: Members, beside: Mapping[str, Any]) -> list[Difference]:
    """Old and new of the members that differ: money in its currency, a condition for each that is
    another one, and what is left out as the default that it means.

    `beside` has the members that both rows have and the words need.
    """
    own = {name: pair for name, pair in members.items() if name not in REFERENCES}
    sides = [_instance(model, own, beside, side) for side in (0, 1)]
    references = [
        Difference(name, _label(model, name), str(members[name][0] or ""), str(members[name][1] or ""))
        for name in members
        if name in REFERENCES
    ]
    return [*differences(*sides), *references]


def _instance(model: type[Model], members: Members, beside: Mapping[str, Any], side: int) -> Model:
    """A row with these members, and with the defaults of all others. It is never saved."""
    row = {**beside, **{name: pair[side] for name, pair in members.items()}}
    given = {name: value for name, value in row.items() if value is not None}
    values = values_of(model, given, lambda _model, _id: None)
    instance = model(**values)
    for name in _CURRENCIES:
        # Given as a row, so that no query asks for it.
        if code := values.get(f"{name}_id"):
            setattr(instance, name, ExchangeRate(currency=code))
    return instance


def _label(model: type[Model], member: str) -> str:
    label = str(model._meta.get_field(member.removesuffix("_id")).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]
