"""The invocation of the function: what is asked again, and what is not."""

import io
import json
from typing import Any

from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from django.test import SimpleTestCase

from inspection.inspector import InspectionFailed, Inspector

_CALL = {"operation": "preview"}


class Client:
    """Fails so many times, and answers then."""

    def __init__(self, *failures: Exception) -> None:
        self.failures, self.invocations = list(failures), 0

    def invoke(self, **_call: Any) -> dict[str, Any]:
        self.invocations += 1
        if self.failures:
            raise self.failures.pop(0)
        return {"Payload": io.BytesIO(json.dumps({"slots": []}).encode())}


class InvocationTests(SimpleTestCase):
    def test_a_question_is_asked_again_where_a_kept_connection_was_closed(self) -> None:
        client = Client(ConnectionClosedError(endpoint_url="http://function"))
        self.assertEqual(Inspector("catalog", lambda: client)._ask(_CALL), {"slots": []})
        self.assertEqual(client.invocations, 2)

    def test_a_question_that_is_not_answered_in_time_is_asked_once(self) -> None:
        client = Client(ReadTimeoutError(endpoint_url="http://function"))
        with self.assertRaises(InspectionFailed):
            Inspector("catalog", lambda: client)._ask(_CALL)
        self.assertEqual(client.invocations, 1)
