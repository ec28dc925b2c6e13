"""Every path that Django answers. The listener rules of template.yaml say which paths reach it."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from web.error_handlers import unknown_api

# The host's name alone leads to what a browser can use: the home page of the admin, or its login.
to_the_admin = RedirectView.as_view(pattern_name="admin:index", http_method_names=["get", "head", "options"])

urlpatterns = [
    path("", to_the_admin, name="root"),
    # Before the admin, which takes all paths below its own.
    path("admin/", include("accounts.urls")),
    path("admin/inspection/", include("inspection.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("allocation.startup")),
    path("api/management/v1/", include("management.urls")),
    path("api/v1/app/devices/", include("devices.urls")),
    path("api/v1/app/", include("members.urls")),
    path("api/v1/app/", include("points.urls")),
    path("api/v1/app/", include("rewards.urls")),
    # The last pattern, so that an unknown path of an API is a problem document in debug mode too.
    re_path(r"^api/", unknown_api),
]

handler400 = "web.error_handlers.bad_request"
handler403 = "web.error_handlers.permission_denied"
handler404 = "web.error_handlers.page_not_found"
handler500 = "web.error_handlers.server_error"
