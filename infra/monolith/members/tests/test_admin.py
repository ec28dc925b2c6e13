from members.models import Member, MemberDevice
from members.tests.support import new_member
from web.tests.admin_test_case import AdminTestCase


class MemberAdminTestCase(AdminTestCase):
    path = "/admin/members/member/"

    def setUp(self):
        self.member = new_member("somebody", country="KR")


class MemberPagesTests(MemberAdminTestCase):
    def test_token_digests_are_not_shown(self):
        self.log_in("view_member", "view_memberdevice")
        page = self.client.get(f"{self.path}{self.member.pk}/change/")
        device = MemberDevice.objects.get()
        self.assertContains(page, device.device_id)
        for secret in (device.token_digest, device.token_id, device.registration_key_digest):
            self.assertNotContains(page, secret)

    def test_members_are_found_by_user_and_by_device_in_any_case(self):
        new_member("nobody")
        self.log_in("view_member")
        for words in ("somebody", "SOMEBODY", "phone-of-some"):
            page = self.client.get(self.path, {"q": words})
            self.assertContains(page, "somebody")
            self.assertNotContains(page, "nobody")


class EraseActionTests(MemberAdminTestCase):
    def erase(self):
        form = {"action": "erase", "_selected_action": [self.member.pk], "index": 0}
        return self.client.post(self.path, form, follow=True)

    def test_the_permission_to_delete_erases(self):
        self.log_in("view_member", "delete_member")
        self.assertContains(self.erase(), "1 member was erased.")
        self.assertContains(self.erase(), "0 members were erased.")
        self.assertFalse(Member.objects.filter(user_id="somebody").exists())

    def test_the_permission_to_view_does_not_erase(self):
        self.log_in("view_member")
        self.erase()
        self.assertTrue(Member.objects.filter(user_id="somebody").exists())
