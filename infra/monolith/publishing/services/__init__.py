"""Writes of publications and of the edits that wait for one."""

from publishing.services.execution import Publisher, execute
from publishing.services.outbox import record_change
from publishing.services.queue import (
    recover_interrupted,
    request_after_quiet_period,
    request_for_learned_rates,
    take_next,
)
from publishing.services.requests import (
    PublicationRefused,
    RollbackRefused,
    request_publication,
    request_rollback,
)

__all__ = [
    "PublicationRefused",
    "Publisher",
    "RollbackRefused",
    "execute",
    "record_change",
    "recover_interrupted",
    "request_after_quiet_period",
    "request_for_learned_rates",
    "request_publication",
    "request_rollback",
    "take_next",
]
