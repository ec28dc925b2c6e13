"""Two people edit one row: the second save is refused while it would undo the first.

A form carries the digest of the row as it was when it was opened. The digest is of the contents, so
that a save without a change, and what is counted beside a row, make no form stale.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils.translation import gettext as _

from adops.forms.dates import format_instant

# The inputs of a page that carry digests: of the row, and of its creatives.
OPENED = "_opened"
OPENED_CREATIVES = "_opened_creatives"
_NOT_EDITED = ("created_at", "updated_at")


def digest_of(rows: Iterable[Model]) -> str:
    """The same for rows that say the same."""
    values = [
        {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if field.editable and field.name not in _NOT_EDITED
        }
        for row in rows
    ]
    text = json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def stale(row: Model, differences: list[str]) -> forms.ValidationError:
    """The refusal, with both versions of each field that would be changed."""
    return forms.ValidationError(
        [_edited_by(row), *differences, _("Save again to keep what is in the form.")]
    )


def difference(label: Any, stored: str, typed: str) -> str:
    return _("%(label)s: stored now “%(stored)s”, in this form “%(typed)s”.") % {
        "label": label,
        "stored": stored,
        "typed": typed,
    }


def _edited_by(row: Model) -> str:
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk)
    )
    last = entries.select_related("user").order_by("-action_time", "-pk").first()
    if last is None:
        return _("This row was changed since this page was opened, and was not saved.")
    return _("%(user)s changed this row at %(time)s, after this page was opened: it was not saved.") % {
        "user": last.user.get_username(),
        "time": format_instant(last.action_time),
    }
