"""What the answers of a run held: equal answers mean little if all of them are empty."""

import threading
from collections import Counter
from typing import Any

from .comparison import Answer


class Coverage:
    """Counts over the right side's answers. Safe to use from threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.statuses: Counter[int] = Counter()
        self.slots: Counter[str] = Counter()
        self.rules: Counter[str] = Counter()
        # Why answers have no slot, if they say so.
        self.no_fill_reasons: Counter[str] = Counter()
        self.unfilled = 0
        self.degraded = 0

    def add(self, answer: Answer) -> None:
        document = answer.document()
        with self._lock:
            self.statuses[answer.status] += 1
            self.degraded += "x-lockfill-degraded" in answer.headers
            if answer.status == 200 and isinstance(document, dict):
                self.slots.update(slot["kind"] for slot in document.get("slots", []))
                self.rules.update(each["rule"] for each in document.get("explain", []))
                self.unfilled += not document.get("slots")
                if isinstance(reason := document.get("no_fill_reason"), str):
                    self.no_fill_reasons[reason] += 1

    def document(self) -> dict[str, Any]:
        return {
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "slots": dict(sorted(self.slots.items())),
            "unfilled": self.unfilled,
            "no_fill_reasons": dict(self.no_fill_reasons.most_common()),
            "degraded": self.degraded,
            "rules_explained": dict(self.rules.most_common()),
        }

    def text(self) -> str:
        statuses = ", ".join(
            f"{count:,} x {status or 'none'}" for status, count in sorted(self.statuses.items())
        )
        slots = " and ".join(f"{count:,} {kind}s" for kind, count in sorted(self.slots.items())) or "no slots"
        line = f"answers: {statuses}; {slots}; {self.unfilled:,} without a fill, {self.degraded:,} degraded"
        return line + (f"; {len(self.rules)} different rules explained" if self.rules else "")
