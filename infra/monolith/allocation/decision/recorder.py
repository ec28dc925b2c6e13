"""Takes note of every item that is not shown, and of the reason."""

from allocation.catalog.entities import Content, LineItem
from allocation.decision.context import Context
from allocation.decision.explain.items import Explained, find
from allocation.decision.rejection import Rejection, RejectionCounts


class Recorder:
    """Counts rejections, and explains them if the request asks for it."""

    def __init__(self, context: Context, *, explains: bool) -> None:
        self._context = context
        self.counts = RejectionCounts()
        self.explained: list[Explained] | None = [] if explains else None

    def reject(self, item: LineItem | Content, rejection: Rejection) -> None:
        self.counts.add(rejection)
        if self.explained is not None:
            finding = find(item, rejection, self._context)
            self.explained.append(Explained(item.id, rejection, finding))
