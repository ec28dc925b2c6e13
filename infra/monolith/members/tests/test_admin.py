import re

from django.contrib.admin.models import LogEntry

from members.models import Member, MemberDevice, PairingCode
from members.tests.support import KeyPair, new_member
from web.tests.admin_test_case import AdminTestCase
from web.tests.api_test_case import send


class MemberAdminTestCase(AdminTestCase):
    path = "/admin/members/member/"

    def setUp(self):
        self.member = new_member("some-member", country="KR")


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
        for words in ("some-member", "SOME-MEMBER", "phone-of-some"):
            page = self.client.get(self.path, {"q": words})
            self.assertContains(page, "some-member")
            self.assertNotContains(page, "nobody")


class RecoveryActionTests(MemberAdminTestCase):
    def act(self, action: str, *members: int):
        form = {"action": action, "_selected_action": members or [self.member.pk], "index": 0}
        return self.client.post(self.path, form, follow=True)

    def test_an_administrator_lets_a_member_in_whose_phone_is_lost_and_it_is_on_record(self):
        self.log_in("view_member", "recover_member")
        page = self.act("issue_recovery_code").content.decode()
        code = re.search(r"(?:[0-9A-Z]{5}-){3}[0-9A-Z]{5}", page)
        self.act("revoke_phones")
        self.assertFalse(MemberDevice.objects.exists())
        # The revocation voids codes too, so that it can be the first step of two.
        keys, body = KeyPair(), {"code": code[0], "device_id": "new"}
        body["proof"] = keys.proof("join", code[0], "new")
        self.assertEqual(send(self.client, "post", "/api/v1/app/members/devices", body).status_code, 409)
        page = self.act("issue_recovery_code").content.decode()
        code = re.search(r"(?:[0-9A-Z]{5}-){3}[0-9A-Z]{5}", page)
        body = {"code": code[0], "device_id": "new", "proof": keys.proof("join", code[0], "new")}
        joined = send(self.client, "post", "/api/v1/app/members/devices", body)
        self.assertEqual((joined.status_code, joined.json()["user_id"]), (201, "some-member"))

        records = LogEntry.objects.filter(object_id=str(self.member.pk), user__username="support")
        messages = [record.change_message for record in records.order_by("pk")]
        expected = ["Issued a pairing code.", "Revoked 1 phones.", "Issued a pairing code."]
        self.assertEqual(messages, expected)
        self.assertNotIn(code[0], str(list(LogEntry.objects.values())))

    def test_a_code_is_for_one_member(self):
        self.log_in("view_member", "recover_member")
        other = new_member("other")
        self.assertContains(self.act("issue_recovery_code", self.member.pk, other.pk), "Select one member.")
        self.assertFalse(PairingCode.objects.exists())

    def test_the_permission_to_view_or_to_delete_does_not_recover(self):
        self.log_in("view_member", "delete_member")
        for action in ("issue_recovery_code", "revoke_phones"):
            self.act(action)
        self.assertFalse(PairingCode.objects.exists())
        self.assertTrue(MemberDevice.objects.exists())


class EraseActionTests(MemberAdminTestCase):
    def erase(self):
        form = {"action": "erase", "_selected_action": [self.member.pk], "index": 0}
        return self.client.post(self.path, form, follow=True)

    def test_the_permission_to_delete_erases(self):
        self.log_in("view_member", "delete_member")
        self.assertContains(self.erase(), "1 member was erased.")
        self.assertContains(self.erase(), "0 members were erased.")
        self.assertFalse(Member.objects.filter(user_id="some-member").exists())

    def test_the_permission_to_view_does_not_erase(self):
        self.log_in("view_member")
        self.erase()
        self.assertTrue(Member.objects.filter(user_id="some-member").exists())
