"""Every path that Django answers. Which paths reach Django at all is said in template.yaml."""

from django.contrib import admin
from django.urls import include, path, re_path

from web.errors import unknown_api

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/allocation/", include("allocation.startup")),
    path("api/v1/app/devices/", include("devices.urls")),
    path("api/v1/app/", include("members.urls")),
    path("api/v1/app/", include("points.urls")),
    path("api/v1/app/", include("rewards.urls")),
    # Last: clients of an API are told in JSON that there is none here, in debug mode too.
    re_path(r"^api/", unknown_api),
]

handler400 = "web.errors.bad_request"
handler403 = "web.errors.permission_denied"
handler404 = "web.errors.page_not_found"
handler500 = "web.errors.server_error"
