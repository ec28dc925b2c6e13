"""What every page of the admin tells operators about publishing, as long as it is so."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from publishing.admin_text import counted_changes
from publishing.models import KnownDifference, Publication
from publishing.selectors import failures_to_tell, rolled_back, waiting_publications

# Of one sort of notice.
_NAMED_MAX = 3


def notices_for(user: User) -> Iterator[SafeString]:
    """The notices for an operator. They cost a query or two, whatever the catalog holds."""
    if user.has_perm("publishing.view_publication") and (rollback := rolled_back()):
        yield _of_rollback(rollback, may_publish=user.has_perm("publishing.publish_catalog"))
    for publication in failures_to_tell(user)[:_NAMED_MAX]:
        text = _("The publication #%(id)s that you scheduled has failed.") % {"id": publication.pk}
        page = reverse("admin:publishing_publication_change", args=[publication.pk])
        yield format_html('{} <a href="{}">{}</a>', text, page, _("Why"))
    if settings.PUBLISH_NEEDS_TWO and user.has_perm("publishing.approve_publication"):
        others = waiting_publications().filter(state=Publication.State.REQUESTED).exclude(requested_by=user)
        for publication in others[:_NAMED_MAX]:
            text = _("Publication #%(id)s waits until another person approves it.") % {"id": publication.pk}
            page = reverse("admin:publishing_approve", args=[publication.pk])
            yield format_html('{} <a href="{}">{}</a>', text, page, _("Look at it, and approve"))


def _of_rollback(rollback: Publication, *, may_publish: bool) -> SafeString:
    text = _("Version %(version)s is served, which is a rollback to version %(older)s.") % {
        "version": rollback.version,
        "older": rollback.rollback_of,
    }
    known = KnownDifference.objects.filter(version=rollback.version or 0).first()
    if known is None:
        differs = _("How the rows here differ from it is being counted.")
    elif counts := counted_changes(known.changes):
        differs = _("Publishing the rows here would change: %(counts)s.") % {"counts": counts}
    else:
        differs = _("The rows here are the same again. Publish them to end the rollback.")
    if not may_publish:
        return format_html("{} {}", text, differs)
    preview = format_html(
        '<a href="{}">{}</a>', reverse("admin:publishing_preview"), _("See the differences")
    )
    if known is None or not known.changes:
        return format_html("{} {} {}", text, differs, preview)
    page = reverse("admin:publishing_restore")
    button = format_html('<a href="{}" id="bring-rows-back">{}</a>', page, _("Bring the rows back"))
    return format_html("{} {} {} · {}", text, differs, preview, button)
