from django.contrib.auth.models import AnonymousUser, Permission, User
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory, TestCase

from web.people import person_of


class PeopleTests(TestCase):
    def ask(self, user: User | AnonymousUser, *permissions: str) -> User:
        request = RequestFactory().get("/")
        request.user = user
        return person_of(request, *permissions)

    def test_a_person_with_all_permissions_is_the_one_and_no_other_is(self):
        view, change = "adops.view_unit", "adops.change_unit"
        mina = User.objects.create_user("mina")
        mina.user_permissions.add(Permission.objects.get(codename="view_unit"))
        self.assertEqual(self.ask(mina), mina)
        self.assertEqual(self.ask(mina, view), mina)
        for user, permissions in ((mina, (change,)), (mina, (view, change)), (AnonymousUser(), ())):
            with self.subTest(user=str(user), permissions=permissions), self.assertRaises(PermissionDenied):
                self.ask(user, *permissions)
        root = User.objects.create_superuser("root")
        self.assertEqual(self.ask(root, view, change), root)
        gone = User.objects.create_superuser("gone", is_active=False)
        with self.assertRaises(PermissionDenied):
            self.ask(gone, view)
