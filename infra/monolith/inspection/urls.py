"""The paths of the pages, within the admin's."""

from django.contrib import admin
from django.urls import path

from inspection import views

app_name = "inspection"

urlpatterns = [
    path("preview/", admin.site.admin_view(views.preview), name="preview"),
    path(
        "line-items/<int:pk>/",
        admin.site.admin_view(views.why_not),
        {"kind": "line_item"},
        name="why_not_lineitem",
    ),
    path(
        "contents/<int:pk>/",
        admin.site.admin_view(views.why_not),
        {"kind": "content"},
        name="why_not_content",
    ),
    path(
        "line-items/<int:pk>/forecast/",
        admin.site.admin_view(views.forecast),
        {"kind": "line_item"},
        name="forecast_lineitem",
    ),
    path(
        "contents/<int:pk>/forecast/",
        admin.site.admin_view(views.forecast),
        {"kind": "content"},
        name="forecast_content",
    ),
]
