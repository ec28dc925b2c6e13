"""The form of an endpoint."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from webhooks.addresses import NotAllowed, canonical
from webhooks.models import URL_LENGTH_MAX, Endpoint, MessageType

# Each message is sent to each of them.
ENDPOINTS_MAX = 50


class EndpointForm(forms.ModelForm):
    url = forms.CharField(
        label=_("address"),
        max_length=URL_LENGTH_MAX,
        help_text=_("Messages are sent there by POST. Redirects are not followed."),
        widget=forms.URLInput(attrs={"class": "vURLField"}),
    )
    types = forms.MultipleChoiceField(
        label=_("messages"), choices=MessageType.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Endpoint
        fields = ("name", "url", "types", "is_active")

    def clean_url(self) -> str:
        try:
            return canonical(self.cleaned_data["url"], may_be_local=settings.WEBHOOKS_MAY_BE_LOCAL)
        except NotAllowed:
            raise ValidationError(
                gettext(
                    "The address of an endpoint is https:// and a public host, without a user name, a"
                    " password or a fragment. Its port is 443, or 1024 and above."
                )
            ) from None

    def clean(self) -> dict[str, Any] | None:
        if self.instance.pk is None and Endpoint.objects.count() >= ENDPOINTS_MAX:
            raise ValidationError(
                gettext("There are %(count)s endpoints, and no more are allowed.") % {"count": ENDPOINTS_MAX}
            )
        return super().clean()
