"""The forms in which rows are edited: each edited model has one."""

from collections.abc import Iterable

from django.db.models import Model
from django.urls import reverse


def form_pages(model: type[Model], ids: Iterable[str]) -> dict[str, str]:
    """The forms of the rows that are still there, by their ids."""
    key = "currency" if model._meta.model_name == "exchangerate" else "public_id"
    rows = model._default_manager.filter(**{f"{key}__in": list(ids)})
    return {getattr(row, key): page_of_row(row) for row in rows}


def page_of_row(row: Model) -> str:
    """The form of a row."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
