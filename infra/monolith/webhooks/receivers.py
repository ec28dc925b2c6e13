"""Tells what other apps announce."""

from typing import Any

from django.utils import timezone

from publishing.models import Publication
from webhooks.messages import refused_data
from webhooks.models import MessageType
from webhooks.services.announcing import announce


def tell_refused(sender: Any, *, publication: Publication, **_options: Any) -> None:
    """A receiver of `publication_refused`, in the transaction of the refusal."""
    now = timezone.now()
    announce(
        type=MessageType.PUBLICATION_REFUSED,
        key=f"publication:{publication.pk}",
        data=refused_data(publication),
        happened_at=publication.finished_at or now,
        now=now,
    )
