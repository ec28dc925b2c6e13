"""Keys in the admin: made here, shown once, revoked here."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from management.models import ManagementKey
from management.scopes import Scope
from management.services.keys import LIFETIME_MAX, issue, revoke
from management.tokens import Token
from web.people import person_of

_LIFETIME_FIRST = timedelta(days=90)
_ISSUED = "_lockfill_issued"


class KeyForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What a program may do with the key, as far as you may do it yourself."),
    )

    class Meta:
        model = ManagementKey
        fields = ("name", "scopes", "expires_at")

    def clean_expires_at(self) -> Any:
        expires_at, now = self.cleaned_data["expires_at"], timezone.now()
        if not now < expires_at <= now + LIFETIME_MAX:
            raise forms.ValidationError(_("Choose a time within the next 366 days."))
        return expires_at


@admin.register(ManagementKey)
class ManagementKeyAdmin(admin.ModelAdmin):
    """Each person makes keys for themselves. Superusers see and revoke those of all."""

    form = KeyForm
    list_display = ("name", "shown_prefix", "owner", "shown_scopes", "state", "expires_at", "last_used_at")
    list_select_related = ("owner",)
    search_fields = ("name", "prefix", "owner__username")
    actions = ("revoke_keys",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # A key that can do more than it could when it was handed out is a new key.
        return () if obj is None else ("name", "shown_scopes", *_REST)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = ("name", "scopes", "expires_at") if obj is None else ("name", "shown_scopes", *_REST)
        return [(None, {"fields": fields})]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        # A link may not fill in what a key may do.
        return {"expires_at": timezone.now() + _LIFETIME_FIRST, "scopes": [Scope.READ.value]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[ManagementKey]:
        keys = super().get_queryset(request)
        user = person_of(request)
        return keys if user.is_superuser else keys.filter(owner=user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The history names keys.
        return False

    def save_model(self, request: HttpRequest, obj: ManagementKey, form: Any, change: bool) -> None:
        if not change:
            obj.owner = person_of(request)
            request.__dict__[_ISSUED] = issue(obj)
            super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: ManagementKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Shows the token, in this answer alone: a message of the next page would be stored."""
        token: Token = request.__dict__[_ISSUED]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("The new key"),
            "key": obj,
            "token": str(token),
        }
        return TemplateResponse(
            request, "management/new_key.html", context, headers={"cache-control": "no-store"}
        )

    @admin.action(description=_("Revoke the selected keys at once"), permissions=["change"])
    def revoke_keys(self, request: HttpRequest, queryset: QuerySet[ManagementKey]) -> None:
        count = revoke(queryset, person_of(request), timezone.now())
        text = ngettext("%(count)s key is revoked.", "%(count)s keys are revoked.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.WARNING)

    @admin.display(description=_("prefix"), ordering="prefix")
    def shown_prefix(self, key: ManagementKey) -> str:
        return f"lfk_{key.prefix}"

    @admin.display(description=_("scopes"))
    def shown_scopes(self, key: ManagementKey) -> str:
        return ", ".join(key.scopes)

    @admin.display(description=pgettext_lazy("key", "state"))
    def state(self, key: ManagementKey) -> str:
        if key.revoked_at is not None:
            return str(pgettext_lazy("key", "revoked"))
        if key.expires_at <= timezone.now():
            return str(pgettext_lazy("key", "expired"))
        return str(pgettext_lazy("key", "usable"))


_REST = ("shown_prefix", "owner", "state", "created_at", "expires_at", "last_used_at", "revoked_at")
