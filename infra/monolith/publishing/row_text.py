"""The rows that a publication changes, in words: with names, links, old and new."""

import json
from typing import Any

from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adops.selectors.catalog_rows import model_of
from kernel.kinds import KIND_BY_NAME
from publishing.row_pages import form_pages
from publishing.row_words import members_in_words

_CHARACTERS_MAX = 300
_NOTHING = "–"
_WHAT = {
    "added": gettext_lazy("added"),
    "changed": gettext_lazy("changed"),
    "removed": gettext_lazy("removed"),
}


def row_lines(changes: dict[str, dict[str, Any]]) -> list[SafeString]:
    """A line for each row that is kept of a publication; the rows of before have none."""
    return [
        _line(kind, row, pages)
        for kind, change in changes.items()
        for pages in [_pages(kind, [row["id"] for row in change.get("rows", [])])]
        for row in change.get("rows", [])
    ]


def _line(kind: str, row: dict[str, Any], pages: dict[str, str]) -> SafeString:
    name = f"{row['name']} ({row['id']})" if row["name"] else row["id"]
    page = pages.get(row["id"])
    linked = format_html('<a href="{}">{}</a>', page, name) if page else name
    model = _model(kind)
    what = f"{model._meta.verbose_name if model else kind} · {_WHAT[row['what']]}"
    values = [
        _short(f"{label}: {old or _NOTHING} → {new or _NOTHING}")
        for label, old, new in row_differences(kind, row)
    ]
    return format_html("{}: {}{}{}", what, linked, " · " if values else "", "; ".join(values))


def row_differences(kind: str, row: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Label, old and new of each field that a row says differently."""
    model = _model(kind)
    if model is None:
        # What a publication makes has no form.
        return [(member, _plain(old), _plain(new)) for member, (old, new) in row["members"].items()]
    found = members_in_words(model, row["members"], row.get("beside", {}))
    return [(one.label, one.old, one.new) for one in found]


def _model(kind: str) -> type[Model] | None:
    known = KIND_BY_NAME.get(kind)
    return model_of(kind) if known and known.is_edited else None


def _pages(kind: str, ids: list[str]) -> dict[str, str]:
    """The forms of rows that are still there, by their ids."""
    model = _model(kind)
    return {} if model is None or kind == "rates" else form_pages(model, ids)


def _plain(value: Any) -> str:
    return _NOTHING if value is None else json.dumps(value, ensure_ascii=False)


def label_of(model: type[Model] | None, member: str) -> str:
    """What the form calls a member of a row; the member itself where the form has no such field."""
    names = {field.name: field for field in model._meta.concrete_fields} if model else {}
    field = names.get(member) or names.get(member.removesuffix("_id"))
    # The form has money and shares in units, and so has this page.
    label = str(field.verbose_name).partition(" (")[0] if field else member
    return label[:1].upper() + label[1:]


def _short(text: str) -> str:
    if len(text) <= _CHARACTERS_MAX:
        return text
    return _("%(text)s… (and more)") % {"text": text[:_CHARACTERS_MAX]}
