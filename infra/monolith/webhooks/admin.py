"""Endpoints, whose secrets are shown once, and the log of what was sent to them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from adops.services.history import note_changes
from web.people import person_of
from web.read_only_admin import ReadOnlyAdmin
from webhooks.forms import EndpointForm
from webhooks.models import Endpoint, MessageType, Sending
from webhooks.services.endpoints import give_secret, note_switch, renew_secret
from webhooks.services.outbox import send_again

_CHANGE = "webhooks.change_endpoint"


@admin.register(Endpoint)
class EndpointAdmin(admin.ModelAdmin):
    """The page after an endpoint is made shows its secret, and no page does so again."""

    form = EndpointForm
    change_form_template = "webhooks/endpoint_change_form.html"
    object_history_template = "adops/object_history.html"
    list_display = ("name", "url", "told", "is_active", "failing_since", "switched_off_reason")
    list_filter = ("is_active", "switched_off_reason")
    readonly_fields = ("failing_since", "switched_off_at", "switched_off_reason", "previous_until")

    def get_fields(self, request: HttpRequest, obj: Endpoint | None = None) -> Any:
        typed = ("name", "url", "types", "is_active")
        return typed if obj is None else (*typed, *self.readonly_fields)

    def get_urls(self) -> list[URLPattern]:
        renew = self.admin_site.admin_view(require_POST(self.renew))
        return [path("<int:endpoint_id>/secret/", renew, name="webhooks_renew_secret"), *super().get_urls()]

    @admin.display(description=gettext_lazy("messages"))
    def told(self, endpoint: Endpoint) -> str:
        return ", ".join(str(label) for value, label in MessageType.choices if value in endpoint.types)

    def save_model(self, request: HttpRequest, obj: Endpoint, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.shown_secret = give_secret(obj)
        elif "is_active" in form.changed_data:
            note_switch(obj)
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: Endpoint, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._secret_page(request, obj, obj.shown_secret)

    def renew(self, request: HttpRequest, endpoint_id: int) -> HttpResponse:
        """Gives an endpoint a new secret."""
        person = person_of(request, _CHANGE)
        endpoint = get_object_or_404(Endpoint, pk=endpoint_id)
        secret = renew_secret(endpoint, timezone.now())
        note_changes(rows=[endpoint], by=person, words=lambda: _("New secret."))
        return self._secret_page(request, endpoint, secret)

    def _secret_page(self, request: HttpRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Secret of %(name)s") % {"name": endpoint.name},
            "endpoint": endpoint,
            "secret": secret,
        }
        answer = TemplateResponse(request, "webhooks/secret.html", context)
        add_never_cache_headers(answer)
        return answer


@admin.register(Sending)
class SendingAdmin(ReadOnlyAdmin):
    """The log. Of an answer it has the status alone."""

    change_form_template = "webhooks/sending_change_form.html"
    list_display = ("id", "endpoint", "type", "state", "outcome", "attempts", "last_attempt_at", "next_at")
    list_filter = ("endpoint", "state", "problem", "message__type")
    list_select_related = ("endpoint", "message")
    list_per_page = 50
    actions = ("send_again",)
    fields = (
        "endpoint",
        "message",
        "type",
        "state",
        "outcome",
        "milliseconds",
        "attempts",
        "created_at",
        "last_attempt_at",
        "next_at",
        "body",
    )
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        again = self.admin_site.admin_view(require_POST(self.again))
        return [path("<int:sending_id>/again/", again, name="webhooks_send_again"), *super().get_urls()]

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(_CHANGE)

    @admin.action(description=gettext_lazy("Send again"), permissions=["send"])
    def send_again(self, request: HttpRequest, sendings: QuerySet[Sending]) -> None:
        count = send_again(sendings, timezone.now())
        text = ngettext(
            "%(count)s message is sent again within seconds.",
            "%(count)s messages are sent again within seconds.",
            count,
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    def again(self, request: HttpRequest, sending_id: int) -> HttpResponse:
        person_of(request, _CHANGE)
        self.send_again(request, Sending.objects.filter(pk=get_object_or_404(Sending, pk=sending_id).pk))
        return HttpResponseRedirect(reverse("admin:webhooks_sending_change", args=[sending_id]))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        may_send = {"may_send": self.has_send_permission(request)}
        return super().change_view(request, object_id, form_url, {**may_send, **(extra_context or {})})

    @admin.display(description=gettext_lazy("kind"))
    def type(self, sending: Sending) -> str:
        return sending.message.get_type_display()

    @admin.display(description=gettext_lazy("outcome"))
    def outcome(self, sending: Sending) -> str:
        return (
            " · ".join(filter(None, (str(sending.status or ""), str(sending.get_problem_display())))) or "-"
        )

    @admin.display(description=gettext_lazy("next attempt"), ordering="due_at")
    def next_at(self, sending: Sending) -> Any:
        return sending.due_at if sending.state == Sending.State.WAITING else None

    @admin.display(description=gettext_lazy("what is sent"))
    def body(self, sending: Sending) -> SafeString:
        return format_html("<pre>{}</pre>", sending.message.body)
