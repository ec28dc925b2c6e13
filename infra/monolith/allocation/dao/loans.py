"""What services need of the store of what devices of users were lent."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Loan(NamedTuple):
    """A slot that a device is lent."""

    # `<request id>:<position>`.
    slot_key: str
    # Until when the device may show it.
    until: int
    line_item_id: str


@dataclass(frozen=True, slots=True)
class Lending:
    """What a device is lent by one answer."""

    # The device on the unit, as `models.loans.borrower` says.
    borrower: int
    # The instant of the request, in epoch seconds.
    now: int
    # The slots with ads.
    loans: list[Loan]
    # Whether the loans are noted; otherwise the store changes nothing.
    is_noted: bool


class LoanStore(Protocol):
    def lend(self, user_key: str, lending: Lending) -> list[str]:
        """Replaces what the borrower was lent before, and returns in one step what the user's other borrowers
        have: the id of the line item of each slot, sorted. At most eight borrowers of a user are known; the
        one whose loans end first is forgotten first. Raises DaoError.
        """
