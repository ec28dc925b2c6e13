"""What of publishing needs attention, for the home page of the admin."""

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from adops.attention import Concern
from publishing.models import Publication
from publishing.selectors import is_rolled_back, refused_since_published, waiting_changes


def publications_in_need(person: User) -> Iterator[Concern]:
    if not person.has_perm("publishing.view_publication"):
        return
    page = reverse("admin:publishing_publication_changelist")
    refused = refused_since_published()
    if refused:
        last = reverse("admin:publishing_publication_change", args=[refused[0]])
        yield Concern(_("Refused publications since the last version"), len(refused), last)
    yield Concern(_("Edits that are not published"), waiting_changes(), page)
    if is_rolled_back():
        served = f"{page}?state__exact={Publication.State.PUBLISHED}"
        yield Concern(_("Served version that is a rollback"), 1, served)
