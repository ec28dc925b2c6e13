"""What EventBridge does on AWS: invokes the function `pacing` again and again."""

import threading
import urllib.error
import urllib.request

PACING_PATH = "/2015-03-31/functions/PacingFunction/invocations"
# A run ends by itself after 40 s.
_RUN_SECONDS_MAX = 60.0


class Schedule:
    """Invokes `pacing` through the balancer's Invoke API every so many seconds, until it is stopped."""

    def __init__(self, invoke_url: str, seconds: float) -> None:
        self._url, self._seconds = invoke_url + PACING_PATH, seconds
        self._stopped = threading.Event()
        # A run that is under way when the stack stops is ended with the balancer.
        self._thread = threading.Thread(target=self._work, name="schedule", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the schedule. A run that is under way is not waited for."""
        self._stopped.set()

    def _work(self) -> None:
        while not self._stopped.wait(self._seconds):
            request = urllib.request.Request(self._url, b"{}", method="POST")  # noqa: S310 (local)
            try:
                with urllib.request.urlopen(request, timeout=_RUN_SECONDS_MAX) as answer:  # noqa: S310 (local)
                    answer.read()
            except (OSError, urllib.error.URLError):
                # The function logs why a run failed, and the next one does its work.
                continue
