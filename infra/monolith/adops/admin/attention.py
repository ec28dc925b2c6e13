"""What of ad operations needs attention, on the home page and as filters of lists."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.admin import SimpleListFilter
from django.contrib.auth.models import User
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from adops.attention import Concern, register
from adops.models import Campaign, Content, LineItem
from adops.selectors.attention import (
    CampaignAttention,
    ContentAttention,
    LineItemAttention,
    campaigns_in_need,
    contents_in_need,
    line_items_in_need,
)
from adops.selectors.states import contents_with_state, line_items_with_state

PARAMETER = "attention"


class _Kind(NamedTuple):
    """The reasons for which rows of a model need attention, all rows at a time, and which of them do."""

    reasons: type[models.TextChoices]
    all_rows: Callable[[datetime], QuerySet[Any]]
    in_need: Callable[[QuerySet[Any], str, datetime], QuerySet[Any]]


_KINDS: dict[type[models.Model], _Kind] = {
    Campaign: _Kind(CampaignAttention, lambda _now: Campaign.objects.all(), campaigns_in_need),
    LineItem: _Kind(LineItemAttention, line_items_with_state, line_items_in_need),
    Content: _Kind(ContentAttention, contents_with_state, contents_in_need),
}


class AttentionFilter(SimpleListFilter):
    """Filters a list by what needs attention."""

    title = _("what needs attention")
    parameter_name = PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(_KINDS[model_admin.model].reasons.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        return _KINDS[queryset.model].in_need(queryset, value, timezone.now()) if value else queryset


def rows_in_need(person: User) -> Iterator[Concern]:
    """What of ad operations needs the person's attention."""
    now = timezone.now()
    for model, kind in _KINDS.items():
        name = model._meta.model_name
        if not person.has_perm(f"adops.view_{name}"):
            continue
        page = reverse(f"admin:adops_{name}_changelist")
        for reason in kind.reasons:
            text = str(format_lazy("{}: {}", capfirst(model._meta.verbose_name_plural), reason.label))
            rows = kind.in_need(kind.all_rows(now), reason, now)
            yield Concern(text, rows.count(), f"{page}?{PARAMETER}={reason}")


register(rows_in_need)
