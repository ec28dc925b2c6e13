"""The base of tests of admin pages for support staff."""

from django.contrib.auth.models import Permission, User
from django.test import TestCase


class AdminTestCase(TestCase):
    def log_in(self, *permissions: str) -> None:
        """Logs in a member of staff who has these permissions alone."""
        user = User.objects.create_user("support", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        self.client.force_login(user)
