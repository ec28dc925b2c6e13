"""The base of tests of the admin."""

from typing import Any

from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.test import TestCase
from django.urls import reverse

from adops.tests.html_form import values_of

# A response of the test client, with the context of its template.
Page = Any


class AdminCase(TestCase):
    """An operator is logged in: a superuser, or one of the group that `role` names."""

    role = ""

    def setUp(self) -> None:
        self.user = self.log_in(self.role)

    def log_in(self, role: str) -> User:
        user = User.objects.create_user(f"operator {role}", is_staff=True, is_superuser=not role)
        if role:
            user.groups.add(Group.objects.get(name=role))
        self.client.force_login(user)
        return user

    def add(self, model: type[Model], values: dict[str, Any]) -> Page:
        return self.client.post(url(model, "add"), values, follow=True)

    def change(self, row: Model, **changes: Any) -> Page:
        """Opens a row's form and sends it as a browser would, with these fields changed."""
        address = url(type(row), "change", row.pk)
        page = self.client.get(address)
        values = {**values_of_page(page), **changes}
        return self.client.post(address, values, follow=True)

    def act(self, action: str, *rows: Model) -> Page:
        values = {"action": action, "_selected_action": [row.pk for row in rows]}
        return self.client.post(url(type(rows[0]), "changelist"), values, follow=True)


def url(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def values_of_page(page: Page) -> dict[str, Any]:
    return values_of(page.content.decode())


def messages_of(page: Page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def errors_of(page: Page) -> dict[str, list[str]]:
    return page.context["adminform"].form.errors
