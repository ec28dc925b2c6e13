"""Imports a table of rows, as people keep them in spreadsheets: CSV with a header.

The columns are the fields of the row's form in the admin, and every cell is read as the form reads
it, with the same refusals. Columns that are not there leave their fields as they are.
"""

import csv
import io
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Model
from django.forms import modelform_factory
from django.utils import timezone

from adops.forms.caps import CapsField
from adops.forms.dates import EndField, StartField
from adops.forms.fields import KeepsUntouched
from adops.forms.wording import ENDS, FORMS
from adops.selectors.catalog_rows import model_of
from publishing.problems import PROBLEMS_MAX, RowProblem, UnservableCatalog
from publishing.services.import_changes import Changes

# The kinds that a table may hold. Each has a public id.
CSV_KINDS = ("advertiser", "campaign", "channel", "content", "creative", "line_item", "unit")
ROWS_MAX = 20_000
CHARACTERS_MAX = 20_000_000
# Names of columns that people expect, and the fields that they are.
_ALIASES = {
    "id": "public_id",
    "price": "price_micros",
    "budget": "budget_micros",
    "daily_budget": "daily_budget_micros",
    "floor_price": "floor_price_micros",
    "share": "share_ppm",
    "quality": "quality_ppm",
    "hours": "dayparts",
    "goal": "goal_count",
    "campaign_id": "campaign",
    "advertiser_id": "advertiser",
    "line_item_id": "line_item",
    "channel_id": "channel",
    "image": "image_url",
    "landing_page": "landing_url",
}
# Not taken from a table: operators set it in the admin.
_KEPT = frozenset({"status", "targeting"})

Cells = dict[str, str]


def import_table(kind: str, text: str, changes: Changes, *, dry_run: bool = False) -> int:
    """Adds and changes the rows of a table, all or none; a dry run none. Returns how many rows it has,
    and counts in `changes` what they change. Raises UnservableCatalog.
    """
    rows = _read(kind, text)
    model = model_of(kind)
    form = _form_class(model, list(rows[0])) if rows else forms.ModelForm
    problems: list[RowProblem] = []
    with transaction.atomic(), timezone.override(settings.ADMIN_TIME_ZONE):
        for number, cells in enumerate(rows, start=2):
            problems += _import_row(kind, form, cells, number, changes)
            if len(problems) >= PROBLEMS_MAX:
                break
        transaction.set_rollback(dry_run or bool(problems))
    if problems:
        raise UnservableCatalog(problems)
    return len(rows)


def _read(kind: str, text: str) -> list[Cells]:
    if len(text) > CHARACTERS_MAX:
        raise _refusal(kind, f"more than {CHARACTERS_MAX:,} characters")
    try:
        header, *lines = [row for row in csv.reader(io.StringIO(text), strict=True) if any(row)]
    except (csv.Error, ValueError):
        raise _refusal(kind, "this is no table with a header") from None
    if len(lines) > ROWS_MAX:
        raise _refusal(kind, f"more than {ROWS_MAX:,} rows")
    columns = [_field_of(name) for name in header]
    if "public_id" not in columns or len(set(columns)) < len(columns):
        raise _refusal(kind, "the header needs the column id, and each column once")
    for number, cells in enumerate(lines, start=2):
        if len(cells) != len(columns):
            raise _refusal(kind, f"line {number} has {len(cells)} cells, and the header {len(columns)}")
    return [dict(zip(columns, cells, strict=True)) for cells in lines]


def _refusal(kind: str, problem: str) -> UnservableCatalog:
    return UnservableCatalog([RowProblem(kind, "", problem)])


def _field_of(name: str) -> str:
    plain = name.strip().lower().replace(" ", "_")
    return _ALIASES.get(plain, plain)


def _form_class(model: type[Model], columns: list[str]) -> type[forms.ModelForm]:
    """A form with the fields of the table alone. Raises UnservableCatalog for a column that is none."""
    base = FORMS.get(model._meta.model_name or "", KeepsUntouched)
    editable = {field.name for field in model._meta.concrete_fields if field.editable and field.name != "id"}
    known = {*editable, *base.declared_fields} - _KEPT
    if unknown := [name for name in columns if name not in known]:
        names = ", ".join(sorted(known))
        raise _refusal(str(model._meta.model_name), f"{unknown[0]!r} is no column: use {names}")
    left_out = dict.fromkeys(base.declared_fields.keys() - set(columns))
    narrowed = type(base.__name__, (base,), left_out)
    return modelform_factory(
        model,
        form=narrowed,
        fields=[name for name in columns if name in editable],
        formfield_callback=_field_of_cell,
    )


def _field_of_cell(field: Any, **options: Any) -> Any:
    """A field that reads one cell: references by public id, dates in one text."""
    if field.get_internal_type() == "DateTimeField":
        form_class = EndField if field.name in ENDS else StartField
        return field.formfield(form_class=form_class, widget=_DateAndHour, **options)
    if field.remote_field and field.related_model._meta.pk.name == "id":
        options["to_field_name"] = "public_id"
    return field.formfield(**options)


class _DateAndHour(forms.SplitDateTimeWidget):
    """`2026-11-30` or `2026-11-30 18:00` as the two parts that the field takes."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        day, _space, hour = str(data.get(name) or "").strip().replace("T", " ").partition(" ")
        return [day, hour]


def _import_row(
    kind: str, form_class: type[forms.ModelForm], cells: Cells, number: int, changes: Changes
) -> list[RowProblem]:
    rows = model_of(kind)._default_manager.filter(public_id=cells["public_id"].strip())
    # Twice, because the form writes into the row that it is given.
    stored, before = (rows.first(), rows.first()) if cells["public_id"].strip() else (None, None)
    form = form_class(data=_data(form_class, cells), instance=stored)
    if errors := _errors(form):
        key = f"{cells['public_id']} (line {number})"
        return [
            RowProblem(kind, key, str(message), "" if name == NON_FIELD_ERRORS else name)
            for name, messages in errors.items()
            for message in messages
        ]
    changes.count(kind, before, form.instance)
    form.save()
    return []


def _errors(form: forms.ModelForm) -> dict[str, list[Any]]:
    """What the form refuses, and what a new row lacks, by field."""
    if form.is_valid() and not form.instance.pk:
        try:
            form.instance.full_clean()
        except ValidationError as error:
            return dict(error.message_dict)
    return {name: list(messages) for name, messages in form.errors.items()}


def _data(form_class: type[forms.ModelForm], cells: Cells) -> dict[str, Any]:
    """Cells as the form's widgets take them."""
    data: dict[str, Any] = {}
    for name, text in cells.items():
        field = form_class.base_fields[name]
        if isinstance(field, CapsField):
            data |= _caps(name, text)
        elif isinstance(field, forms.MultipleChoiceField):
            data[name] = [part.strip() for part in text.split(",") if part.strip()]
        else:
            data[name] = text
    return data


def _caps(name: str, text: str) -> dict[str, str]:
    """`3 day, 10 week` as the inputs of the windows."""
    found = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        number, _space, window = part.partition(" ")
        found[f"{name}_{window.strip().removeprefix('per ').strip() or 'day'}"] = number
    return found
