"""A connection whose requests the event loop of gunicorn's worker receives."""

from typing import Any

from gunicorn.http import get_parser
from gunicorn.http.body import LengthReader
from gunicorn.workers.gthread import TConn

_HEAD_END = b"\r\n\r\n"
# Django accepts forms of 2.5 MiB. A request that announces more is handed over without its body.
BODY_BYTES_MAX = 3 * 1024 * 1024
SEND_SECONDS_MAX = 10.0


class ReceivingConnection(TConn):
    # Of gunicorn, and new for each request.
    parser: Any

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.received = bytearray()
        # In bytes, of head and body. None until the head has arrived.
        self.length: int | None = None
        # False if the request is handed over without its body.
        self.is_whole = True
        # In seconds of the monotonic clock.
        self.deadline = 0.0
        self._searched = 0
        self._expects_continue = False

    def init(self) -> None:
        """In a thread, before each request: a client that reads nothing must not hold a thread."""
        self.sock.settimeout(SEND_SECONDS_MAX)

    def find_length(self) -> bool:
        """Whether the head has arrived, so that the length of the request is known."""
        end = self.received.find(_HEAD_END, max(0, self._searched - len(_HEAD_END)))
        if end < 0:
            self._searched = len(self.received)
            return False
        self._read_head(bytes(self.received[: end + len(_HEAD_END)]))
        return True

    def take_expectation(self) -> bool:
        """Whether the client waits for a `100 Continue`. True once for a request."""
        expects_continue, self._expects_continue = self._expects_continue, False
        return expects_continue

    def expect_next(self) -> None:
        """After a request: the bytes behind it begin the next one."""
        self.received = bytearray(self.parser.unreader.take_buffered())
        self.parser = None
        self.length, self.is_whole, self._searched = None, True, 0
        self._expects_continue = False

    def _read_head(self, head: bytes) -> None:
        """Asks gunicorn's parser, so that the loop and the thread agree on the request's end."""
        self.length = len(head)
        fields = head.lower()
        if b"content-length" not in fields and b"transfer-encoding" not in fields:
            return
        try:
            request = next(get_parser(self.cfg, iter([head]), self.client))
        except Exception:
            # The parser refuses the head in the thread again, and gunicorn answers there.
            self.is_whole = False
            return
        reader = request.body.reader
        # Django reads no body without a Content-Length.
        if isinstance(reader, LengthReader) and reader.length <= BODY_BYTES_MAX:
            self.length += reader.length
            self._expects_continue = request._expected_100_continue
        else:
            self.is_whole = False
