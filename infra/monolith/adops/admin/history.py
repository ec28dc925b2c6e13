"""Django's log of edits by operators, read-only, for all who may see the rows."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from adops.services.history import text_of
from web.read_only_admin import ReadOnlyAdmin

_APP = "adops"


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ("action_time", "user", "content_type", "row", "what")
    list_filter = ("action_flag", "content_type", "action_time")
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "change_message", "user__username")
    list_per_page = 50
    show_full_result_count = False
    fields = ("action_time", "user", "content_type", "row", "what")
    readonly_fields = fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or bool(_visible_models(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogEntry]:
        """Entries about rows that the operator may see; all for those who may see all entries."""
        entries = super().get_queryset(request)
        if super().has_view_permission(request):
            return entries
        types = ContentType.objects.filter(app_label=_APP, model__in=_visible_models(request))
        return entries.filter(content_type__in=types)

    @admin.display(description=_("row"), ordering="object_repr")
    def row(self, entry: LogEntry) -> SafeString | str:
        page = entry.get_admin_url()
        if page is None or entry.is_deletion():
            return entry.object_repr
        return format_html('<a href="{}">{}</a>', page, entry.object_repr)

    @admin.display(description=_("what was changed"))
    def what(self, entry: LogEntry) -> str:
        return text_of(entry)


def _visible_models(request: HttpRequest) -> list[str]:
    """The models of ad operations whose rows an operator may see."""
    return [
        model._meta.model_name or ""
        for model in admin.site._registry
        if model._meta.app_label == _APP and request.user.has_perm(f"{_APP}.view_{model._meta.model_name}")
    ]
