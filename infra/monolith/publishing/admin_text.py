"""Publications as the admin shows them, in the reader's language."""

from typing import Any

from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from adops.selectors.catalog_rows import model_of
from kernel.kinds import KIND_BY_NAME
from publishing.models import Publication
from publishing.problems import RowProblem
from publishing.reasons import in_words, kind_name
from publishing.row_pages import page_of_row
from publishing.row_text import label_of
from publishing.services.execution import NOT_APPROVED, ROWS_CHANGED

_KINDS = {
    "unit": gettext_lazy("units"),
    "exchange_rate": gettext_lazy("exchange rates"),
    "advertiser": gettext_lazy("advertisers"),
    "campaign": gettext_lazy("campaigns"),
    "line_item": gettext_lazy("line items"),
    "creative": gettext_lazy("creatives"),
    "rates": gettext_lazy("rates"),
    "channel": gettext_lazy("channels"),
    "content": gettext_lazy("contents"),
    "tombstone": gettext_lazy("withdrawn items"),
}
_STEPS = {
    "reading": gettext_lazy("reading"),
    "comparing": gettext_lazy("comparing"),
    "writing": gettext_lazy("writing"),
    "compiling": gettext_lazy("compiling"),
    "serving": pgettext_lazy("step", "serving"),
}
_ACTIONS = {
    "added": gettext_lazy("added"),
    "changed": gettext_lazy("changed"),
    "removed": gettext_lazy("removed"),
}


# Errors that are the same whatever the rows are.
_ERRORS = {
    NOT_APPROVED: gettext_lazy("Publications need two people, and a second one has not approved this."),
    ROWS_CHANGED: gettext_lazy(
        "The rows have changed since the preview, and nothing was published: preview it again."
    ),
}


def summary(publication: Publication) -> str:
    """The outcome of a publication in one line of a list."""
    if publication.error:
        first, *more = error_lines(publication)
        if not more:
            return first
        rest = ngettext("and %(count)s more", "and %(count)s more", len(more))
        return f"{first} ({rest % {'count': len(more)}})"
    parts = []
    if publication.rollback_of:
        parts.append(_("rollback to version %(version)s") % {"version": publication.rollback_of})
    return " · ".join([*parts, *filter(None, [counted_changes(publication.changes)])])


def counted_changes(changes: dict[str, dict[str, Any]]) -> str:
    """How many rows of which kinds are added, changed and removed."""
    parts = []
    for what, action in _ACTIONS.items():
        counts = [
            f"{_KINDS.get(kind, kind)} {change[what]:,}" for kind, change in changes.items() if change[what]
        ]
        if counts:
            parts.append(f"{action}: {', '.join(counts)}")
    return " · ".join(parts)


def seconds_text(step_seconds: dict[str, float]) -> str:
    """How long each step took, and all together."""
    if not step_seconds:
        return "-"
    steps = [f"{_STEPS.get(step, step)} {seconds:.1f}" for step, seconds in step_seconds.items()]
    return f"{sum(step_seconds.values()):.1f} ({', '.join(steps)})"


def error_lines(publication: Publication) -> list[str]:
    """Why it failed, a reason in a line, in the reader's language: first the rows that were refused."""
    refusals = [RowProblem(**refusal) for refusal in publication.refusals]
    others = publication.error.splitlines()[len(refusals) :]
    return [*map(_refusal_text, refusals), *(str(_ERRORS.get(line) or in_words(line)) for line in others)]


def refusal_line(problem: RowProblem) -> SafeString | str:
    """A row that is refused, with a link to its form where it has one."""
    row = _edited_row(problem)
    if row is None:
        return _refusal_text(problem)
    name = f"{row._meta.verbose_name} {problem.key}"
    return format_html('<a href="{}">{}</a>: {}', page_of_row(row), name, _what_is_wrong(problem))


def _refusal_text(problem: RowProblem) -> str:
    return f"{kind_name(problem.kind)} {problem.key!r}: {_what_is_wrong(problem)}"


def _what_is_wrong(problem: RowProblem) -> str:
    """The field, as its form has it, and what is wrong with it."""
    known = KIND_BY_NAME.get(problem.kind)
    model = model_of(problem.kind) if known and known.is_edited else None
    field = f"{label_of(model, problem.field)}: " if problem.field else ""
    return field + in_words(problem.problem)


def _edited_row(problem: RowProblem) -> Model | None:
    kind = KIND_BY_NAME.get(problem.kind)
    if kind is None or not kind.is_edited:
        return None
    rows = model_of(kind.name)._default_manager
    match kind.name:
        case "rates":
            line_item, _separator, unit = problem.key.partition("#")
            return rows.filter(line_item__public_id=line_item, unit__public_id=unit).first()
        case "exchange_rate":
            return rows.filter(currency=problem.key).first()
    return rows.filter(public_id=problem.key).first()


def counts_text(counts: dict[str, int]) -> str:
    return ", ".join(f"{_KINDS.get(kind, kind)} {count:,}" for kind, count in counts.items())


def change_lines(changes: dict[str, dict[str, Any]]) -> list[str]:
    """One line for each kind and action, with ids."""
    lines = []
    for kind, change in changes.items():
        for what, action in _ACTIONS.items():
            if count := change[what]:
                ids = change[f"{what}_ids"]
                more = ", …" if count > len(ids) else ""
                name = _KINDS.get(kind, kind)
                lines.append(f"{name} · {action} ({count:,}): {', '.join(ids)}{more}")
    return lines
