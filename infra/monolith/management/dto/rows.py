"""Rows as JSON documents, by the fields of their models."""

from typing import Any

from django.db.models import ForeignKey, Model
from rest_framework import serializers

from management.dto.fields import member_for
from management.resources import RESOURCES, Resource

_READ_ONLY = ("created_at", "updated_at")
# The field of a row's number, which a client cannot set.
_NUMBER = "id"


class RowDto(serializers.Serializer):
    """Checks the types of members. The form of the admin checks all else."""

    resource: Resource

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        known = {name for name, each in self.fields.items() if not each.read_only}
        unknown = [name for name in data if name not in known]
        if unknown:
            refused = {name: ["There is no such member, or it cannot be set."] for name in unknown[:20]}
            raise serializers.ValidationError(refused)
        values: dict[str, Any] = super().to_internal_value(data)
        return values


def _is_read_only(field: Any) -> bool:
    return field.name in (*_READ_ONLY, _NUMBER)


def _is_required(field: Any) -> bool:
    return not (field.has_default() or field.null or field.blank)


def dto_of(resource: Resource) -> type[RowDto]:
    members = {
        name: member_for(
            field,
            **({"source": field.name} if name != field.name else {}),
            **({"read_only": True} if _is_read_only(field) else {"required": _is_required(field)}),
        )
        for name, field in resource.members.items()
    }
    return type(
        resource.model.__name__,
        (RowDto,),
        {**members, "resource": resource, "__doc__": f"One of {resource.name}."},
    )


DTOS: dict[str, type[RowDto]] = {name: dto_of(resource) for name, resource in RESOURCES.items()}


def document_of(resource: Resource, row: Model) -> dict[str, Any]:
    return dict(DTOS[resource.name](row).data)


def references_of(resource: Resource) -> list[str]:
    """The relations that a document names rows of."""
    return [field.name for field in resource.members.values() if isinstance(field, ForeignKey)]
