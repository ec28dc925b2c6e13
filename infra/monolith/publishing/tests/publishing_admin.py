"""Operators in the pages about publications, over a table of the test."""

from unittest import mock

from django.contrib.auth.models import Permission, User
from django.test import Client

from publishing.tests.catalog import PublishingTestCase

LIST = "/admin/publishing/publication/"
PUBLISHER = ("view_publication", "publish_catalog", "approve_publication")


def operator(name: str, *codenames: str, language: str = "en") -> Client:
    """A person with permissions, who is logged in and reads a language."""
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames or PUBLISHER))
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


class PublishingPagesTestCase(PublishingTestCase):
    """Pages that read the table of the test."""

    def setUp(self) -> None:
        super().setUp()
        for module in ("preview", "download", "restoring"):
            patched = mock.patch(f"publishing.pages.{module}.configured_store", lambda: self.store)
            patched.start()
            self.addCleanup(patched.stop)
