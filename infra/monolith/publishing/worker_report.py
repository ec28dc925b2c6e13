"""What a publish worker tells of itself: a sign of life, and lines of metrics in CloudWatch's format.

`functions/METRICS.md` has the names. The format:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import time
from collections.abc import Callable
from pathlib import Path

from django.db import DatabaseError
from django.db.models import Min
from django.utils import timezone

from publishing.models import Publication
from publishing.services.progress import OnProgress

LINE_SECONDS = 60.0
# A worker that has not looked for work, and made no progress, for so long is as good as gone.
SILENCE_SECONDS_MAX = 10.0
_SIGN_SECONDS = 1.0
_UNITS = {
    "PublishWorkerAlive": "Count",
    "Publications": "Count",
    "PublicationsRefused": "Count",
    "PublicationQueueAge": "Seconds",
    "PublicationTime": "Seconds",
}


def is_alive(sign: Path) -> bool:
    """Whether the worker of a sign has shown itself lately."""
    try:
        return time.time() - sign.stat().st_mtime <= SILENCE_SECONDS_MAX
    except OSError:
        return False


class WorkerReport:
    """Reports of one worker. Without a sign or a namespace it reports nothing there."""

    def __init__(self, sign: Path | None, namespace: str, write: Callable[[str], None]) -> None:
        self._sign, self._namespace, self._write = sign, namespace, write
        self._signed_at = self._written_at = float("-inf")

    def looked(self) -> None:
        """The worker looks for work, or goes on with it."""
        now = time.monotonic()
        if self._sign is not None and now - self._signed_at >= _SIGN_SECONDS:
            self._sign.touch()
            self._signed_at = now
        if now - self._written_at >= LINE_SECONDS:
            self._tell({})

    def finished(self, publication: Publication) -> None:
        """A publication has come to its end."""
        has_failed = publication.state == Publication.State.FAILED
        seconds = (timezone.now() - publication.requested_at).total_seconds()
        self._tell(
            {
                "Publications": 0 if has_failed else 1,
                "PublicationsRefused": 1 if has_failed else 0,
                "PublicationTime": round(max(seconds, 0.0), 3),
            }
        )

    def beside(self, on_progress: OnProgress) -> OnProgress:
        """The same report of progress, which shows that the worker lives."""

        def reported(step: str, rows_done: int, rows_total: int) -> None:
            self.looked()
            on_progress(step, rows_done, rows_total)

        return reported

    def _tell(self, values: dict[str, float]) -> None:
        if not self._namespace:
            return
        self._written_at = time.monotonic()
        values = {"PublishWorkerAlive": 1, "Publications": 0, "PublicationsRefused": 0, **values}
        queue_age = _queue_age_seconds()
        if queue_age is not None:
            values["PublicationQueueAge"] = queue_age
        metrics = [{"Name": name, "Unit": _UNITS[name]} for name in values]
        directive = {"Namespace": self._namespace, "Dimensions": [["Function"]], "Metrics": metrics}
        head = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}
        self._write(json.dumps({"_aws": head, "Function": "publisher", **values}))


def _queue_age_seconds() -> float | None:
    """How long the oldest request that is not finished has waited. None without a database."""
    unfinished = Publication.objects.filter(
        state__in=(Publication.State.PENDING, Publication.State.PUBLISHING)
    )
    try:
        oldest = unfinished.aggregate(oldest=Min("requested_at"))["oldest"]
    except DatabaseError:
        return None
    return 0.0 if oldest is None else round(max((timezone.now() - oldest).total_seconds(), 0.0), 3)
