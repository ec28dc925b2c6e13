"""The paths of the management API alone, where the monolith has them: for its OpenAPI document."""

from django.urls import include, path

urlpatterns = [path("api/management/v1/", include("management.urls"))]
