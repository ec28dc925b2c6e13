"""The OpenAPI document: drf-spectacular reads the paths and the documents, and views describe the rest."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from management.http.described import Described

PREFIX = "/api/management/v1"
_PROBLEM = "application/problem+json"


class ProblemError(serializers.Serializer):
    """What is wrong with a member; with the whole, if `field` is empty."""

    field = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """Every refusal (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = ProblemError(many=True, required=False)
    # Of 412: the row as it is now.
    current = serializers.DictField(required=False)


class ManagementSchema(AutoSchema):
    @property
    def described(self) -> Described:
        found: Described = self.view.describe(self.method)
        return found

    def get_operation_id(self) -> str:
        parts = self.path.removeprefix(f"{PREFIX}/").replace("{", "").replace("}", "").split("/")
        return "_".join([self.method.lower(), *parts]).replace("-", "_")

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix(f"{PREFIX}/").partition("/")[0]]

    def get_summary(self) -> str:
        return self.described.summary

    def get_description(self) -> str:
        return ""

    def get_auth(self) -> list[dict[str, list[str]]]:
        return [{"key": []}]

    def get_request_serializer(self) -> Any:
        return self.described.request

    def get_response_serializers(self) -> Any:
        found = self.described
        problem = OpenApiResponse(Problem, "A refusal, as a problem document.")
        return {
            str(found.status): OpenApiResponse(found.response, found.summary),
            ("default", _PROBLEM): problem,
        }

    def get_override_parameters(self) -> list[Any]:
        return [
            OpenApiParameter(
                each.name, each.schema, each.where, required=each.required, description=each.description
            )
            for each in self.described.parameters
        ]

    def _is_list_view(self, serializer: Any = None) -> bool:
        # What a list is, its view describes.
        return False


def refuse_other_members(result: dict[str, Any], **_options: Any) -> dict[str, Any]:
    """A hook: documents that are sent have no other members than those that are named."""
    for name, schema in result["components"]["schemas"].items():
        if name.endswith("Request"):
            schema["additionalProperties"] = False
    result["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "A key that is made in the admin."}
    }
    return result


def document() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator(urlconf="management.mounted").get_schema(
        request=None, public=True
    )
    return found


@cache
def document_text() -> str:
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def document_view(request: HttpRequest) -> HttpResponse:
    """The document itself, which is no secret."""
    return HttpResponse(document_text(), "application/json", headers={"cache-control": "max-age=300"})
