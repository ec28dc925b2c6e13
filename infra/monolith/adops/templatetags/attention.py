"""What needs attention, for the template of the home page."""

from typing import Any

from django import template
from django.contrib.auth.models import User

from adops.attention import Concern, concerns_of

register = template.Library()


@register.simple_tag(takes_context=True)
def concerns(context: dict[str, Any]) -> list[Concern]:
    user = context["request"].user
    return concerns_of(user) if isinstance(user, User) else []
