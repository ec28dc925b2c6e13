"""Publications as the admin shows them, in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from publishing.models import Publication

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
}
_ACTIONS = {
    "added": gettext_lazy("added"),
    "changed": gettext_lazy("changed"),
    "removed": gettext_lazy("removed"),
}


def summary(publication: Publication) -> str:
    """The outcome of a publication in one line of a list."""
    if publication.error:
        first, *more = publication.error.splitlines()
        if not more:
            return first
        rest = ngettext("and %(count)s more", "and %(count)s more", len(more))
        return f"{first} ({rest % {'count': len(more)}})"
    parts = []
    if publication.rollback_of:
        parts.append(_("rollback to version %(version)s") % {"version": publication.rollback_of})
    for what, action in _ACTIONS.items():
        counts = [
            f"{_KINDS.get(kind, kind)} {change[what]:,}"
            for kind, change in publication.changes.items()
            if change[what]
        ]
        if counts:
            parts.append(f"{action}: {', '.join(counts)}")
    return " · ".join(parts)


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
