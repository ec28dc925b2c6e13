"""The outcome of a step: how many tests passed and failed, and notes for the user."""

from dataclasses import dataclass, field


@dataclass
class Outcome:
    """The tests of one step. A check without tests of its own, such as a linter, counts none."""

    passed: int = 0
    failed: int = 0
    # One line each, shown below the step.
    notes: list[str] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Adds the counts and notes of another outcome to this one."""
        self.passed += other.passed
        self.failed += other.failed
        self.notes += other.notes


def skipped(reason: str) -> Outcome:
    """The outcome of a step, or of a part of one, that cannot run on this machine."""
    return Outcome(notes=[f"SKIPPED: {reason}"])
