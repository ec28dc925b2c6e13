"""Pages of rows that note what was changed, old and new, and notice when two people edit one row."""

from functools import partial
from typing import Any

from django.contrib.admin.options import ModelAdmin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from adops.forms.creatives import creatives_digest
from adops.forms.versions import OPENED, OPENED_CREATIVES, digest_of
from adops.forms.wording import Difference, differences
from adops.models import LineItem
from adops.services.history import changed

Pairs = list[tuple[Model, Model]]
_PAIRS = "_lockfill_pairs"


class NotingAdmin(ModelAdmin):
    change_form_template = "adops/row_change_form.html"
    object_history_template = "adops/object_history.html"

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        if request.method == "POST" and from_field is None and object_id.isascii():
            # Django opens a transaction around the page. Of two saves at once, one waits here.
            self._lock(object_id)
        return super().get_object(request, object_id, from_field)

    def _lock(self, object_id: str) -> None:
        try:
            pk = self.model._meta.pk.to_python(object_id)
        except ValidationError:
            # No key at all: Django answers that there is no such row.
            return
        self.model._base_manager.select_for_update().filter(pk=pk).values_list("pk").first()

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **options: Any
    ) -> HttpResponse:
        obj = options.get("obj")
        if obj is not None and obj.pk:
            # As it is stored: a form that was refused has written into its row.
            stored = self.model._base_manager.get(pk=obj.pk)
            opened = {OPENED: digest_of([stored])}
            if isinstance(stored, LineItem):
                opened[OPENED_CREATIVES] = creatives_digest(stored)
            context["opened"] = opened
        return super().render_change_form(request, context, *args, **options)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            _pairs(request).append((self.model._base_manager.get(pk=obj.pk), obj))
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for inline in formset.initial_forms:
            if inline.has_changed() and inline.instance.pk:
                stored = formset.model._base_manager.filter(pk=inline.instance.pk).first()
                if stored is not None:
                    _pairs(request).append((stored, inline.instance))
        super().save_formset(request, form, formset, change)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        message: list[dict[str, Any]] = super().construct_change_message(request, form, formsets, add)
        if add:
            return message
        others = [part for part in message if "changed" not in part]
        noted = []
        for old, new in _pairs(request):
            if found := differences(old, new):
                names = [one.name for one in found]
                noted.append(changed(names, partial(_words, self.model, old, new)))
        return [*noted, *others]


def _pairs(request: HttpRequest) -> Pairs:
    """The rows that a request has saved, each before and after."""
    pairs: Pairs = request.__dict__.setdefault(_PAIRS, [])
    return pairs


def _words(model: type[Model], old: Model, new: Model) -> list[str]:
    found: list[Difference] = differences(old, new)
    of_other = "" if isinstance(new, model) else f"{new}: "
    return [f"{of_other}{one}" for one in found]
