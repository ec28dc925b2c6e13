"""The page that brings the edited rows back to those of the served version."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kernel.published.errors import StoreError
from publishing import catalog
from publishing.pages.preview import LIST, page_of
from publishing.problems import UnservableCatalog
from publishing.reasons import in_words
from publishing.roles import PUBLISH
from publishing.row_pages import page_of_row
from publishing.services.preview import preview
from publishing.services.restoring import NotAllowed, Restored, RowsChanged, restore
from publishing.startup import configured_store
from web.people import person_of

_TEMPLATE = "admin/publishing/restore.html"
_DIGEST_CHARACTERS = 100
_CONFLICT, _UNAVAILABLE = 409, 503


def restore_page(request: HttpRequest) -> HttpResponse:
    """A dry run, and the button that does what it shows and nothing else."""
    by = person_of(request, PUBLISH)
    is_post, status = request.method == "POST", 200
    # An empty digest is that of no dry run.
    digest = request.POST.get("digest", "")[:_DIGEST_CHARACTERS] or "none" if is_post else ""
    try:
        store = configured_store()
        try:
            shown = restore(store, catalog.read_pages, by, expected_digest=digest)
        except RowsChanged as error:
            messages.warning(request, _("The rows have changed since: nothing was written. Look again."))
            shown, is_post, status = error.dry_run, False, _CONFLICT
        if is_post:
            preview(store, catalog.read_pages)
            return _done(request, shown)
    except NotAllowed:
        raise PermissionDenied from None
    except (StoreError, UnservableCatalog) as error:
        return page_of(request, _TEMPLATE, _title(), {"problem": in_words(str(error))}, _UNAVAILABLE)
    context = {
        "restored": shown,
        "lines": [(_linked(row), words) for row, words in shown.rows],
        "more": shown.count - len(shown.rows),
    }
    return page_of(request, _TEMPLATE, _title(), context, status)


def _title() -> str:
    return _("Bring the rows back to the served version")


def _done(request: HttpRequest, done: Restored) -> HttpResponse:
    text = _("%(count)s rows are as version %(version)s has them. Their histories say what was changed.")
    messages.success(request, text % {"count": f"{done.count:,}", "version": done.version})
    return HttpResponseRedirect(reverse(LIST))


def _linked(row: Model) -> SafeString:
    return format_html('{}: <a href="{}">{}</a>', row._meta.verbose_name, page_of_row(row), row)
