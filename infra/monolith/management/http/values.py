"""Single values of queries, read as members of documents are."""

from typing import Any

from rest_framework import serializers

from management.http.problems import invalid


def read_value(field: serializers.Field, name: str, text: str) -> Any:
    """Raises a 400 problem."""
    try:
        return field.run_validation(text)
    except serializers.ValidationError as error:
        raise invalid(name, str(error.detail[0])) from None
