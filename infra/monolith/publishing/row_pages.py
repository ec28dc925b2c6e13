"""The pages on which rows are edited."""

from collections.abc import Iterable

from django.db.models import Model
from django.urls import NoReverseMatch, reverse


def form_page(model: type[Model], pk: object) -> str | None:
    """The address of a row's form; None if it has none."""
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])
    except NoReverseMatch:
        return None


def form_pages(model: type[Model], ids: Iterable[str]) -> dict[str, str]:
    """The forms of the rows that are still there, by their ids."""
    key = "currency" if model._meta.model_name == "exchangerate" else "public_id"
    found: dict[str, str] = {}
    for row in model._default_manager.filter(**{f"{key}__in": list(ids)}):
        page = page_of_row(row)
        if page:
            found[getattr(row, key)] = page
    return found


def page_of_row(row: Model) -> str | None:
    """The form in which a row is edited."""
    return form_page(type(row), row.pk)
