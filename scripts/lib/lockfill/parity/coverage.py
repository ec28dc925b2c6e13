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
        # What became of events, one by one, also of those in batches.
        self.events: Counter[str] = Counter()
        # Differences between reports of events that did not come again.
        self.passing = 0
        self.unfilled = 0
        self.degraded = 0

    def add(self, answer: Answer) -> None:
        document = answer.document()
        with self._lock:
            self.statuses[answer.status] += 1
            self.degraded += "x-lockfill-degraded" in answer.headers
            if answer.status == 200 and isinstance(document, dict):
                self.slots.update(slot["kind"] for slot in document.get("slots", []))
                self.rules.update(document.get("explain_rules", {}))
                self.unfilled += not document.get("slots")
                if isinstance(reason := document.get("no_fill_reason"), str):
                    self.no_fill_reasons[reason] += 1

    def add_event(self, answer: Answer) -> None:
        """Adds the answer to a report of events."""
        document = answer.document()
        results = document.get("results", []) if isinstance(document, dict) else []
        recorded = [result["recorded"] for result in results] or [answer.headers.get("x-lockfill-recorded")]
        with self._lock:
            self.events.update(each or str(answer.status) for each in recorded)

    def add_passing(self) -> None:
        with self._lock:
            self.passing += 1

    def document(self) -> dict[str, Any]:
        return {
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "slots": dict(sorted(self.slots.items())),
            "unfilled": self.unfilled,
            "no_fill_reasons": dict(self.no_fill_reasons.most_common()),
            "degraded": self.degraded,
            "events": dict(self.events.most_common()),
            "events_differing_once": self.passing,
            "rules_explained": dict(self.rules.most_common()),
        }

    def text(self) -> str:
        statuses = ", ".join(
            f"{count:,} x {status or 'none'}" for status, count in sorted(self.statuses.items())
        )
        slots = " and ".join(f"{count:,} {kind}s" for kind, count in sorted(self.slots.items())) or "no slots"
        line = f"answers: {statuses}; {slots}; {self.unfilled:,} without a fill, {self.degraded:,} degraded"
        line += f"; {len(self.rules)} different rules explained" if self.rules else ""
        events = ", ".join(f"{count:,} x {each}" for each, count in self.events.most_common())
        late = "differences of a store that answered late did not come again"
        passing = f"; {self.passing:,} {late}" if self.passing else ""
        return line + (f"\nevents: {events}{passing}" if events else "")
