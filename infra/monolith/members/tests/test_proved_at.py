"""The migration that gives members with a key the time of their first proof."""

from datetime import timedelta
from importlib import import_module

from django.apps import apps
from django.test import TestCase

from members.models import Member, MemberDevice
from members.tests.support import NOW, new_member


class ProvedAtTests(TestCase):
    def test_members_with_a_key_have_proved_it_since_their_first_phone_with_one(self):
        without, keyed = new_member("u1"), new_member("u2")
        first = keyed.devices.get()
        MemberDevice.objects.filter(pk=first.pk).update(key_id="1" * 64)
        later = MemberDevice.objects.get(pk=first.pk)
        later.pk, later.key_id, later.device_id, later.token_id = None, "2" * 64, "d2", "f" * 16
        later.registered_at = NOW + timedelta(days=1)
        later.save()
        import_module("members.migrations.0003_proved_at").set_proved_at(apps, None)
        self.assertIsNone(Member.objects.get(pk=without.pk).proved_at)
        self.assertEqual(Member.objects.get(pk=keyed.pk).proved_at, NOW)
