"""Publications as JSON documents, and what is sent to make one."""

from typing import Any

from rest_framework import serializers

from management.dto.fields import Flag, Instant, Items, Structure, Text, WholeNumber

_DIGEST_CHARACTERS = 64


class Strict(serializers.Serializer):
    """Refuses members that it does not have."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        unknown = [name for name in data if name not in self.fields]
        if unknown:
            raise serializers.ValidationError({name: ["There is no such member."] for name in unknown[:20]})
        values: dict[str, Any] = super().to_internal_value(data)
        return values


class PublicationOrder(Strict):
    """`digest` is of the preview: nothing else than what that has shown is published."""

    digest = Text(max_length=_DIGEST_CHARACTERS)
    confirm = Flag(default=False)
    due_at = Instant(allow_null=True, default=None)


class Approval(Strict):
    digest = Text(max_length=_DIGEST_CHARACTERS)


class RollbackOrder(Strict):
    version = WholeNumber()


class PublicationSummary(serializers.Serializer):
    id = WholeNumber()
    state = Text()
    trigger = Text()
    version = WholeNumber(allow_null=True)
    rollback_of = WholeNumber(allow_null=True)
    requested_by = serializers.SerializerMethodField()
    requested_at = Instant()
    approved_by = serializers.SerializerMethodField()
    approved_at = Instant(allow_null=True)
    canceled_by = serializers.SerializerMethodField()
    due_at = Instant(allow_null=True)
    published_at = Instant(allow_null=True)
    finished_at = Instant(allow_null=True)
    rows_done = WholeNumber()
    rows_total = WholeNumber()
    error = Text()
    risks = Items()

    def get_requested_by(self, publication: Any) -> str | None:
        return _name(publication.requested_by)

    def get_approved_by(self, publication: Any) -> str | None:
        return _name(publication.approved_by)

    def get_canceled_by(self, publication: Any) -> str | None:
        return _name(publication.canceled_by)


class PublicationDocument(PublicationSummary):
    """With what it changes, and the rows that it refuses."""

    expected_digest = Text()
    row_counts = Structure()
    changes = Structure()
    refusals = Items()


class PreviewDocument(serializers.Serializer):
    """What would be published now."""

    digest = Text()
    # The served version; 0 without one.
    version = WholeNumber()
    changes = Structure()
    # What must be confirmed.
    risks = Items()
    needs_second_person = Flag()


def _name(user: Any) -> str | None:
    return None if user is None else str(user.get_username())
