"""The function `catalog` itself, as a plain HTTP server, and a case that asks it through the pages."""

import os
import re
import selectors
import subprocess
import time
from typing import Any
from unittest import mock

from django.contrib.auth.models import Group, User
from django.test import override_settings
from django.utils import translation

from kernel.tests.programs import require_program
from publishing.models import Publication
from publishing.services import request_publication
from publishing.tests.catalog import PublishingTestCase

_START_SECONDS_MAX = 60
_ADDRESS = re.compile(rb"listening on (http://127\.0\.0\.1:\d+)")
_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_REGION": "local"}

# A response of the test client, with the context of its template.
Page = Any


class InspectionCase(PublishingTestCase):
    """The small catalog is in the database; the function reads the table of the test."""

    role = ""

    def setUp(self) -> None:
        super().setUp()
        self.delivery_table = self.dynamodb.table()
        address = self._start()
        settings = override_settings(
            CATALOG_TABLE=self.table,
            CATALOG_FUNCTION="catalog",
            LAMBDA_ENDPOINT_URL=address,
            DYNAMODB_ENDPOINT_URL=self.dynamodb.url,
            AWS_REGION="local",
        )
        settings.enable()
        self.addCleanup(settings.disable)
        credentials = mock.patch.dict(os.environ, _CREDENTIALS)
        credentials.start()
        self.addCleanup(credentials.stop)
        self.log_in(self.role)
        self.enterContext(translation.override("en"))

    def log_in(self, role: str) -> None:
        user = User.objects.create_user(f"operator {role}", is_staff=True, is_superuser=not role)
        if role:
            user.groups.add(Group.objects.get(name=role))
        self.client.force_login(user)

    def publish(self) -> None:
        request_publication(trigger=Publication.Trigger.COMMAND)
        self.assertEqual(self.work().state, "published")

    def _start(self) -> str:
        """Starts the function; its address."""
        environment = {
            **self.dynamodb.environment(self.table),
            "LOCKFILL_DELIVERY_TABLE": self.delivery_table,
            "LOCKFILL_HTTP_ADDRESS": "127.0.0.1:0",
        }
        process = subprocess.Popen(
            [require_program("catalog")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
        )
        assert process.stdout is not None
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        said, deadline = b"", time.monotonic() + _START_SECONDS_MAX
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not (found := _ADDRESS.search(said)):
                ready = selector.select(max(deadline - time.monotonic(), 0))
                more = process.stdout.read1() if ready else b""
                self.assertTrue(more, f"the function did not start: {said.decode()}")
                said += more
        return found[1].decode()
