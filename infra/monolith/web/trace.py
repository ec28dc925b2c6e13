"""The balancer's trace id of the request that is being answered, for every line of the log about it."""

import logging
import re
from contextvars import ContextVar

TRACE_HEADER = "HTTP_X_AMZN_TRACE_ID"
NO_TRACE = "-"
# The balancer's own id: `Self` where the client sent a `Root`, else `Root`. Other forms are a
# client's text, which may be anything. Source:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
_OWN = tuple(re.compile(rf"(?:^|;)\s*{name}=([^;]*)") for name in ("Self", "Root"))
_TRACE_ID = re.compile(r"1-[0-9A-Fa-f]{8}-[0-9A-Fa-f]{24}", re.ASCII)

current_trace: ContextVar[str] = ContextVar("current_trace", default=NO_TRACE)


def read_trace(header: str) -> str:
    for own in _OWN:
        if found := own.search(header):
            trace_id = found[1].strip()
            return trace_id if _TRACE_ID.fullmatch(trace_id) else NO_TRACE
    return NO_TRACE


class TraceFormatter(logging.Formatter):
    """Ends the first line of a record with the trace id, where there is one."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        text, trace = super().formatMessage(record), current_trace.get()
        return text if trace == NO_TRACE else f"{text} trace={trace}"
