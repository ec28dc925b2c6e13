import logging
from unittest import TestCase

from web.trace import NO_TRACE, TraceFormatter, current_trace, read_trace

OWN = "1-67891233-abcdef012345678912345678"
SENT = "1-00000000-000000000000000000000000"


class TraceTests(TestCase):
    def test_the_balancers_own_id_is_read_and_a_clients_text_is_not(self):
        for header, expected in (
            (f"Root={OWN}", OWN),
            (f"Self={OWN};Root={SENT}", OWN),
            (f"Root={SENT}; Self={OWN};CalledFrom=app", OWN),
            ("Root=user@example.com", NO_TRACE),
            (f"Root={OWN}user", NO_TRACE),
            ("", NO_TRACE),
        ):
            self.assertEqual(read_trace(header), expected, header)

    def test_lines_about_a_request_end_with_its_trace(self):
        record = logging.LogRecord("django", logging.ERROR, "", 0, "text", None, None)
        self.assertEqual(TraceFormatter().format(record), "text")
        before = current_trace.set(OWN)
        self.addCleanup(current_trace.reset, before)
        self.assertEqual(TraceFormatter().format(record), f"text trace={OWN}")
