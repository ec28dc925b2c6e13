"""Publications that wait: the page on which a second person approves one, and the button that cancels."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel.published.errors import StoreError
from publishing.models import Publication
from publishing.pages.preview import LIST, context_of, page_of, seen_now, unseen
from publishing.problems import UnservableCatalog
from publishing.roles import APPROVE, PUBLISH
from publishing.services import PublicationRefused
from publishing.services.decisions import approve, cancel
from web.people import person_of

_TEMPLATE = "admin/publishing/approve.html"
_DIGEST_CHARACTERS = 64


def approve_page(request: HttpRequest, publication_id: int) -> HttpResponse:
    """What a requested publication changes, and whether that is what was requested."""
    by = person_of(request, APPROVE)
    publication = Publication.objects.select_related("requested_by").filter(pk=publication_id).first()
    if publication is None or publication.state != Publication.State.REQUESTED:
        raise Http404
    try:
        seen = seen_now()
    except (StoreError, UnservableCatalog) as error:
        return unseen(request, error)
    if request.method == "POST":
        try:
            posted = request.POST.get("digest", "")[:_DIGEST_CHARACTERS]
            # What the page had shown, and what the rows are now.
            agreed = posted if posted == seen.digest else ""
            approve(publication_id=publication_id, by=by, seen_digest=agreed)
            messages.success(request, _("Publication #%(id)s is approved.") % {"id": publication_id})
        except PublicationRefused as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(reverse(LIST))
    context = {
        **context_of(seen),
        "publication": publication,
        "is_same": seen.digest == publication.expected_digest,
        "is_own": publication.requested_by_id == by.pk,
    }
    title = _("Approve publication #%(id)s") % {"id": publication_id}
    return page_of(request, _TEMPLATE, title, context)


def cancel_publication(request: HttpRequest, publication_id: int) -> HttpResponse:
    """Cancels a publication that waits. Who may publish or approve may do that."""
    by = person_of(request, PUBLISH if request.user.has_perm(PUBLISH) else APPROVE)
    try:
        cancel(publication_id=publication_id, by=by)
        messages.success(request, _("Publication #%(id)s is canceled.") % {"id": publication_id})
    except PublicationRefused as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse(LIST))
