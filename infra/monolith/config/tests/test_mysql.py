import io
from unittest import skipUnless

from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.test import TestCase, TransactionTestCase

from devices.models import DeviceSettings


class TextTests(TestCase):
    """Every database compares text in the same way."""

    def setUp(self):
        for device_id in ("phone", "Phone", "전화", "ph_ne%"):
            DeviceSettings.objects.create(device_id=device_id)

    def found(self, **lookup: str) -> list[str]:
        return sorted(DeviceSettings.objects.filter(**lookup).values_list("device_id", flat=True))

    def test_equal_texts_are_equal_to_the_last_byte(self):
        self.assertEqual(self.found(device_id="phone"), ["phone"])
        self.assertEqual(self.found(device_id="PHONE"), [])

    def test_searches_that_ignore_case_do_so(self):
        for lookup in ("iexact", "icontains", "istartswith", "iendswith"):
            with self.subTest(lookup=lookup):
                found = self.found(**{f"device_id__{lookup}": "PHONE"})
                self.assertEqual(found, ["Phone", "phone"])
        self.assertEqual(self.found(device_id__icontains="전"), ["전화"])

    def test_wildcards_of_sql_are_characters_like_any_other(self):
        self.assertEqual(self.found(device_id__icontains="H_NE%"), ["ph_ne%"])

    def test_texts_are_ordered_by_their_characters_and_not_by_a_language(self):
        ordered = DeviceSettings.objects.order_by("device_id").values_list("device_id", flat=True)
        self.assertEqual(list(ordered), ["Phone", "ph_ne%", "phone", "전화"])


@skipUnless(connection.vendor == "mysql", "needs MariaDB")
class SessionTests(TransactionTestCase):
    def one(self, expression: str) -> str:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {expression}")
            return cursor.fetchone()[0]

    def test_sessions_are_as_the_settings_say(self):
        self.assertEqual(self.one("@@tx_isolation"), "READ-COMMITTED")
        self.assertIn("STRICT_ALL_TABLES", self.one("@@sql_mode"))
        self.assertEqual(self.one("@@character_set_connection"), "utf8mb4")
        self.assertEqual(self.one("@@innodb_lock_wait_timeout"), 5)

    def test_a_database_that_takes_different_texts_for_the_same_is_refused(self):
        name = connection.settings_dict["NAME"]
        call_command("check", databases=["default"], stdout=io.StringIO())
        self.set_collation(name, "utf8mb4_general_ci")
        self.addCleanup(self.set_collation, name, "utf8mb4_bin")
        with self.assertRaisesMessage(SystemCheckError, "it would take u1 and U1 for the same"):
            call_command("check", databases=["default"])

    def set_collation(self, name: str, collation: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {name} COLLATE {collation}")
