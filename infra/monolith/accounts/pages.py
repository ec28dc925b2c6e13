"""The answer to the switch of the language, which every page of the admin has."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts import languages

_COOKIE_SECONDS = 365 * 24 * 60 * 60


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Returns to the page on which the language was chosen."""
    language = request.POST.get("language", "")
    if not languages.is_known(language):
        return HttpResponse("There is no such language.", status=400, content_type="text/plain")
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("admin:index")
    languages.keep(request, language)
    response = HttpResponseRedirect(back)
    # For the pages before a login. APIs do not get it: they go by the header of their request.
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=_COOKIE_SECONDS,
        path=reverse("admin:index"),
        httponly=True,
        samesite="Lax",
    )
    return response
