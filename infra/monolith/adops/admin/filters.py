"""Filters of lists that are typed or searched for, because there are too many values to list."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin import ListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from adops.models import Campaign, Content, LineItem

# Of a key.
_DIGITS_MAX = 18
_YEAR_MIN, _YEAR_MAX = 1970, 9998
# Parameters that a new filter does not keep: the page of the list, and the sign of a refused one.
_NOT_KEPT = ("p", "e")


class _TypedFilter(ListFilter):
    """A filter with a form. `parameters` are the names of its inputs."""

    template = "adops/filters/typed.html"
    parameters: tuple[str, ...]

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.typed: dict[str, str] = {}
        for name in self.parameters:
            if name in params and (value := params.pop(name)[-1]):
                self.typed[name] = value

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return list(self.parameters)

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        """One entry for the template: the inputs, and what the form keeps of the list's address."""
        kept = [
            (name, value)
            for name, value in changelist.params.items()
            if name not in (*self.parameters, *_NOT_KEPT)
        ]
        without = changelist.get_query_string(remove=list(self.parameters)) if self.typed else ""
        yield {"inputs": self.inputs(), "kept": kept, "without": without}

    def inputs(self) -> list[tuple[str, Any, SafeString]]:
        """Id, label and HTML of each input."""
        raise NotImplementedError


class RelatedFilter(_TypedFilter):
    """Filters by a row of another model, which is searched for as in a form."""

    # The model that has the relation, and the name of its field.
    owner: ClassVar[type[models.Model]]
    relation: ClassVar[str]
    # Where it is not the parameter itself.
    lookup: ClassVar[str] = ""

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        (name,) = self.parameters
        value = self.typed.get(name)
        if value is None:
            return queryset
        if not (value.isascii() and value.isdigit() and len(value) <= _DIGITS_MAX):
            raise IncorrectLookupParameters
        return queryset.filter(**{self.lookup or name: value})

    @classmethod
    def media(cls) -> forms.Media:
        """The files of the search."""
        return AutocompleteSelect(cls.owner._meta.get_field(cls.relation), admin.site).media

    def inputs(self) -> list[tuple[str, Any, SafeString]]:
        (name,) = self.parameters
        relation = self.owner._meta.get_field(self.relation)
        widget = AutocompleteSelect(relation, admin.site)
        related: Any = relation.related_model
        # The field gives its widget the row that is chosen already.
        field = forms.ModelChoiceField(related._default_manager.all(), widget=widget, required=False)
        html = field.widget.render(name, self.typed.get(name), {"id": f"filter-{name}"})
        return [(f"filter-{name}", capfirst(related._meta.verbose_name), html)]


class AdvertiserOfCampaign(RelatedFilter):
    title = _("advertiser")
    parameters = ("advertiser__id__exact",)
    owner, relation = Campaign, "advertiser"


class AdvertiserOfLineItem(AdvertiserOfCampaign):
    # Django refuses a parameter of more than one relation.
    parameters = ("advertiser",)
    lookup = "campaign__advertiser"


class CampaignOfLineItem(RelatedFilter):
    title = _("campaign")
    parameters = ("campaign__id__exact",)
    owner, relation = LineItem, "campaign"


class RunningFilter(_TypedFilter):
    """Filters by dates: rows whose time has an instant between the first day and the last. One date
    alone is both.
    """

    title = _("days on which it runs")
    parameters = ("runs_from", "runs_to")
    _BOUNDS: ClassVar[dict[type[models.Model], tuple[str, str]]] = {
        Campaign: ("starts_at", "ends_at"),
        LineItem: ("opens_at", "closes_at"),
        Content: ("published_at", "expires_at"),
    }

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        typed = [self.typed.get(name) for name in self.parameters]
        if not any(typed):
            return queryset
        first, last = (_day(text or other) for text, other in zip(typed, reversed(typed), strict=True))
        start, end = self._BOUNDS[queryset.model]
        has_begun = Q(**{f"{start}__lt": _midnight(last + timedelta(days=1))})
        has_not_ended = Q(**{end: None}) | Q(**{f"{end}__gt": _midnight(first)})
        return queryset.filter(has_begun, has_not_ended)

    def inputs(self) -> list[tuple[str, Any, SafeString]]:
        widget = forms.DateInput(attrs={"type": "date"})
        labels = (_("From"), _("To"))
        return [
            (
                f"filter-{name}",
                label,
                widget.render(name, self.typed.get(name), {"id": f"filter-{name}"}),
            )
            for name, label in zip(self.parameters, labels, strict=True)
        ]


def _day(text: str | None) -> date:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        raise IncorrectLookupParameters from None
    if not _YEAR_MIN <= day.year <= _YEAR_MAX:
        raise IncorrectLookupParameters
    return day


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
