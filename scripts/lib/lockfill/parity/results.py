"""The result of a run, as text and as JSON."""

from dataclasses import dataclass, field
from typing import Any

from .groups import Group
from .pair import Pair

# How a printed command names the debug token, so that no output holds it.
OWN_TOKEN = "$(cat .local/secrets/debug-token)"  # noqa: S105 (a path, not the token)


@dataclass
class Results:
    """The groups of differences, the most frequent first."""

    groups: list[Group]
    requests: int
    catalogs: int
    seconds: float
    pair: Pair
    # The command of the run, without the choice of requests.
    command: str
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def differing(self) -> int:
        return sum(group.count for group in self.groups)

    def reproduction(self, group: Group) -> str:
        """The command that sends the example of a group again."""
        parts = [self.command]
        if group.example_catalog:
            parts.append(f"--catalog {group.example_catalog}")
        kind = "event" if group.example and group.example.is_event else "request"
        parts.append(f"--{kind}-number {group.example.number if group.example else 0}")
        needs_time = group.example and group.example.parameters and "now" not in group.example.parameters
        if needs_time and self.pair.token:
            parts.append(f"--at {group.asked_at}")
        return " ".join(parts)

    def curls(self, group: Group) -> list[str]:
        """Commands that send the smallest question of a group, one for each side."""
        question = group.smallest or group.example
        if not question:
            return []
        token = OWN_TOKEN if group.example_catalog else "$DEBUG_TOKEN"
        return [question.curl(side, token) for side in (self.pair.left, self.pair.right)]

    def document(self) -> dict[str, Any]:
        """The whole result as JSON."""
        return {
            "requests": self.requests,
            "catalogs": self.catalogs,
            "seconds": round(self.seconds, 1),
            "differing": self.differing,
            "coverage": self.pair.coverage.document(),
            "skipped_lines": self.skipped,
            "groups": [self._group(group) for group in self.groups],
        }

    def _group(self, group: Group) -> dict[str, Any]:
        difference = group.difference
        return {
            "cause": group.cause,
            "count": group.count,
            "catalogs": sorted(group.catalogs),
            "field": difference.path if difference else "",
            "item": difference.item if difference else "",
            "left": difference.left if difference else "",
            "right": difference.right if difference else "",
            "reproduce": self.reproduction(group),
            "curl": self.curls(group),
        }


def text(results: Results) -> str:
    """The whole result for a terminal."""
    lines = [
        f"{count} lines of the file were not sent: {reason}" for reason, count in results.skipped.items()
    ]
    for group in results.groups:
        lines += ["", f"{group.count:,} x {group.cause}"]
        if group.difference:
            item = f" of {group.difference.item}" if group.difference.item else ""
            lines.append(f"    {group.difference.path}{item}")
            lines += [f"      left  {group.difference.left}", f"      right {group.difference.right}"]
        lines.append(f"    again: {results.reproduction(group)}")
        lines += [f"    {curl}" for curl in results.curls(group)[:1] if not group.example_catalog]
    over = f" over {results.catalogs} catalogs" if results.catalogs else ""
    rate = results.requests / results.seconds if results.seconds else 0
    lines += ["", f"{results.requests:,} requests{over} in {results.seconds:.0f} s ({rate:.0f}/s)"]
    lines.append(results.pair.coverage.text())
    if results.groups:
        lines.append(f"{results.differing:,} differ, in {len(results.groups)} ways")
    else:
        lines.append("Every answer was the same on both sides.")
    return "\n".join(lines)
