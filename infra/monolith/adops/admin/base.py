"""What the admins of rows have in common."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from adops.admin.columns import click_rate, state_badge
from adops.admin.viewing import cells_for
from adops.forms.addresses import AddressInput
from adops.forms.dates import EndField, EndWidget, StartField
from adops.models import Status
from adops.models.fields import AddressField
from adops.services.switching import switch

# A row with the values that the query of its admin adds to it.
AnnotatedRow = Any
# The fields that are ends, and not beginnings.
_ENDS = ("ends_at", "expires_at")


def operator_of(request: HttpRequest) -> User:
    """The operator who sent a request. Raises PermissionDenied without one."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user


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
        if field is not None:
            # A browser cuts a text that is too long and says nothing; the form refuses it.
            field.widget.attrs.pop("maxlength", None)
        return field


class RowAdmin(TypedFields, admin.ModelAdmin):
    """An admin of rows whose ids never change, because users' histories and links hold them."""

    fixed_fields: ClassVar[tuple[str, ...]] = ("public_id",)
    readonly_fields: ClassVar[tuple[str, ...]] = ("created_at", "updated_at")
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

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # From the database: the form may have read related rows before it saved them.
        row = self.get_queryset(request).get(pk=form.instance.pk)
        for warning in self.warnings_of(row):
            self.message_user(request, warning, messages.WARNING)


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

    @admin.display(description=_("CTR"))
    def ctr(self, row: Any) -> str:
        return click_rate(row)


class StateAdmin(RowAdmin):
    """An admin of rows that can be paused and have a state."""

    states: ClassVar[type[models.TextChoices]]
    actions: tuple[str, ...] = ("pause", "resume", "archive")

    @admin.display(description=_("State"), ordering="state")
    def live_state(self, row: Any) -> SafeString:
        return state_badge(row, self.states)

    @admin.action(description=_("Pause the selected %(verbose_name_plural)s"), permissions=["change"])
    def pause(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._switch(request, queryset, Status.PAUSED)

    @admin.action(description=_("Resume the selected %(verbose_name_plural)s"), permissions=["change"])
    def resume(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._switch(request, queryset, Status.ACTIVE)

    @admin.action(description=_("Archive the selected %(verbose_name_plural)s"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._switch(request, queryset, Status.ARCHIVED)

    def _switch(self, request: HttpRequest, queryset: QuerySet, status: Status) -> None:
        changed = switch(rows=queryset, status=status, by=operator_of(request))
        text = ngettext("%(count)s is now %(status)s.", "%(count)s are now %(status)s.", changed)
        message = text % {"count": changed, "status": status.label}
        self.message_user(request, message, messages.SUCCESS if changed else messages.WARNING)
