"""What the admins of rows have in common."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.db import models
from django.db.models import Q, QuerySet
from django.forms import SplitDateTimeField
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from adops.admin.columns import click_rate, state_badge
from adops.admin.filters import RelatedFilter
from adops.admin.noting import NotingAdmin
from adops.admin.viewing import cells_for
from adops.forms.addresses import AddressInput
from adops.forms.dates import EndField, EndWidget, StartField
from adops.forms.fields import KeepsUntouched
from adops.models import Status
from adops.models.base import Archivable
from adops.models.fields import AddressField
from adops.services.switching import resume, set_status, switch
from delivery.columns import INVALID_CLICKS
from web.people import person_of

# A row with the values that the query of its admin adds to it.
AnnotatedRow = Any
# The fields that are ends, and not beginnings.
_ENDS = ("ends_at", "expires_at")


def report_switch(model_admin: Any, request: HttpRequest, changed: int, status: Status) -> None:
    text = ngettext("%(count)s is now %(status)s.", "%(count)s are now %(status)s.", changed)
    message = text % {"count": changed, "status": status.label}
    model_admin.message_user(request, message, messages.SUCCESS if changed else messages.WARNING)


def report_resumed(model_admin: Any, request: HttpRequest, changed: int, left: int) -> None:
    report_switch(model_admin, request, changed, Status.ACTIVE)
    if left:
        text = ngettext(
            "%(count)s was paused on purpose before, and stays paused. Select it alone to resume it.",
            "%(count)s were paused on purpose before, and stay paused. Select them alone to resume them.",
            left,
        )
        model_admin.message_user(request, text % {"count": left}, messages.INFO)


class TypedFields:
    """The fields of a form as people fill them in: dates with ends, addresses in any script, and
    texts that a browser does not cut.
    """

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if isinstance(db_field, AddressField):
            options.update(form_class=AddressInput, spelled=db_field.spelled, widget=AddressInput.widget)
        elif isinstance(db_field, models.DateTimeField) and db_field.name in _ENDS:
            options.update(form_class=EndField, widget=EndWidget)
        elif isinstance(db_field, models.DateTimeField):
            options.update(form_class=StartField)
        field = super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]
        if isinstance(field, SplitDateTimeField):
            # Each of the two inputs is named; the label of the field is that of both.
            for part, what in zip(field.widget.widgets, (_("date"), _("time")), strict=True):
                part.attrs["aria-label"] = format_lazy("{}: {}", field.label, what)
        if field is not None:
            # A browser cuts a text that is too long and says nothing; the form refuses it.
            field.widget.attrs.pop("maxlength", None)
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Offers no archived row, but for the one that the edited row has."""
        if issubclass(db_field.related_model, Archivable):
            offered = ~Q(status=Status.ARCHIVED)
            if edited := _edited_pk(request):
                rows = db_field.model._default_manager.filter(pk=edited)
                offered |= Q(pk__in=rows.values(db_field.attname))
            options["queryset"] = db_field.related_model._default_manager.filter(offered)
        return super().formfield_for_foreignkey(db_field, request, **options)  # type: ignore[misc]


def _edited_pk(request: HttpRequest) -> str | None:
    match = request.resolver_match
    return match.kwargs.get("object_id") if match else None


class RowAdmin(TypedFields, NotingAdmin):
    """An admin of rows whose ids never change, because users' histories and links hold them."""

    fixed_fields: ClassVar[tuple[str, ...]] = ("public_id",)
    readonly_fields: ClassVar[tuple[str, ...]] = ("created_at", "updated_at")
    form = KeepsUntouched
    save_on_top = True
    list_per_page = 50
    show_full_result_count = False

    class Media:
        css = {"all": ["adops/admin.css"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        readonly = tuple(super().get_readonly_fields(request, obj))
        return (*readonly, *self.fixed_fields) if obj else readonly

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (title, {**options, "fields": cells_for(options["fields"], self.form)})
            for title, options in fieldsets
        ]

    def warnings_of(self, row: Any) -> list[str]:
        """Warnings about a saved row. Admins whose rows have any override it."""
        return []

    def notes_of(self, row: Any) -> list[str]:
        """Notes about a saved row, of what may well be right."""
        return []

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # From the database: the form may have read related rows before it saved them.
        row = self.get_queryset(request).get(pk=form.instance.pk)
        for warning in self.warnings_of(row):
            self.message_user(request, warning, messages.WARNING)
        for note in self.notes_of(row):
            self.message_user(request, note, messages.INFO)


class ArchivableAdmin(RowAdmin):
    """An admin of rows that are archived and never deleted: catalogs, links and devices name them."""

    # The actions change the status: archiving asks first.
    readonly_fields = ("status", *RowAdmin.readonly_fields)
    # What archiving does to requests and to other rows.
    archive_consequence: ClassVar[Any] = _("They leave all lists of choices, and can be made active again.")
    actions: tuple[str, ...] = ("archive_confirmed", "make_active")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Archive the selected %(verbose_name_plural)s"), permissions=["change"])
    def archive_confirmed(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Asks first, with what depends on the rows."""
        if "confirmed" in request.POST:
            self._set_status(request, queryset, Status.ARCHIVED)
            return None
        rows = list(queryset)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "rows": [(row, self.dependents_of(row)) for row in rows],
            "consequence": self.archive_consequence,
            "action": "archive_confirmed",
            "title": _("Archive these rows?"),
        }
        return TemplateResponse(request, "adops/archive_confirmation.html", context)

    @admin.action(description=_("Make the selected %(verbose_name_plural)s active"), permissions=["change"])
    def make_active(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._set_status(request, queryset, Status.ACTIVE)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> Any:
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if request.path.endswith("/autocomplete/"):
            found = found.exclude(status=Status.ARCHIVED)
        return found, may_repeat

    def dependents_of(self, row: Any) -> str:
        """What depends on a row, in a few words. Admins whose rows have any override it."""
        return ""

    def _set_status(self, request: HttpRequest, queryset: QuerySet, status: Status) -> None:
        changed = set_status(rows=queryset, status=status, by=person_of(request))
        report_switch(self, request, changed, status)


class StateFilter(SimpleListFilter):
    """Filters a list by the current state of its rows."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(model_admin.states.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(state=self.value()) if self.value() else queryset


class DeliveredColumns:
    """Columns of rows whose list is annotated with what was delivered of them."""

    @admin.display(description=_("Impressions"), ordering="impressions")
    def impressions(self, row: Any) -> str:
        return f"{row.impressions:,}"

    @admin.display(description=_("Clicks"), ordering="clicks")
    def clicks(self, row: Any) -> str:
        return f"{row.clicks:,}"

    @admin.display(description=INVALID_CLICKS, ordering="invalid_clicks")
    def invalid_clicks(self, row: Any) -> str:
        return f"{row.invalid_clicks:,}"

    @admin.display(description=_("CTR"))
    def ctr(self, row: Any) -> str:
        return click_rate(row)


class StateAdmin(RowAdmin):
    """An admin of rows that can be paused and have a state."""

    @property
    def media(self) -> forms.Media:
        """With the files of the filters that are searched for."""
        searched = [
            one for one in self.list_filter if isinstance(one, type) and issubclass(one, RelatedFilter)
        ]
        return sum((one.media() for one in searched), super().media)

    states: ClassVar[type[models.TextChoices]]
    actions: tuple[str, ...] = ("pause", "resume", "archive")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """New rows start paused: an automatic publication must not serve what is half done."""
        return {"status": Status.PAUSED.value, **super().get_changeform_initial_data(request)}

    @admin.display(description=_("State"), ordering="state")
    def live_state(self, row: Any) -> SafeString:
        return state_badge(row, self.states)

    @admin.action(description=_("Pause the selected %(verbose_name_plural)s"), permissions=["change"])
    def pause(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._switch(request, queryset, Status.PAUSED)

    @admin.action(description=_("Resume the selected %(verbose_name_plural)s"), permissions=["change"])
    def resume(self, request: HttpRequest, queryset: QuerySet) -> None:
        """What the last pause among the rows has stopped; what was paused on purpose stays paused."""
        report_resumed(self, request, *resume(rows=queryset, by=person_of(request)))

    @admin.action(description=_("Archive the selected %(verbose_name_plural)s"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._switch(request, queryset, Status.ARCHIVED)

    def _switch(self, request: HttpRequest, queryset: QuerySet, status: Status) -> None:
        changed = switch(rows=queryset, status=status, by=person_of(request))
        report_switch(self, request, changed, status)
