from unittest import mock

from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import TestCase


class HealthCheckTests(TestCase):
    def test_it_is_well_while_the_database_can_be_read(self):
        response = self.client.get("/healthz")

        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.json(), {"status": "ok"})
        self.assertEqual(response["x-lockfill-served-by"], "django")

    def test_a_balancer_may_name_it_by_address_and_port(self):
        headers = {"host": "10.0.3.17:8001", "user-agent": "ELB-HealthChecker/2.0"}
        self.assertEqual(self.client.get("/healthz", headers=headers).status_code, 200)

    def test_it_is_ill_when_the_database_is_gone(self):
        gone = mock.patch.object(CursorWrapper, "execute", side_effect=OperationalError("gone"))
        with gone, self.assertLogs("django", "ERROR"):
            response = self.client.get("/healthz")

        self.assertEqual(response.status_code, 503)
        self.assertEqual(response.json(), {"status": "database unavailable"})
