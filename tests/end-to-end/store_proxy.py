"""A proxy in front of a stack's DynamoDB, which counts reads of blobs and may make them late."""

import json
import time
from collections import Counter

from lockfill.store_forwarder import StoreForwarder


class StoreProxy(StoreForwarder):
    """Forwards to a store. `reads` counts by version and by the place of what is read in its partition."""

    def __init__(self, url: str) -> None:
        self.reads: Counter[tuple[int, str]] = Counter()
        self.chunks_late_seconds = 0.0
        super().__init__(url)

    def asked(self, target: str, body: bytes) -> bytes:
        """Notes a request, and keeps it waiting if it reads a chunk."""
        if target.endswith(".GetItem"):
            key = json.loads(body)["Key"]
            partition, place = key["pk"]["S"], key["sk"]["S"]
            if partition.startswith("blob#"):
                self.reads[int(partition.split("#")[2]), place] += 1
                if place != "manifest":
                    time.sleep(self.chunks_late_seconds)
        return body
