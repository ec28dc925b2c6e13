"""The creatives on the page of their line item."""

from django.forms import BaseInlineFormSet

from adops.forms.describing import describe
from adops.forms.versions import OPENED_CREATIVES, difference, digest_of, stale
from adops.models import Creative, LineItem


def creatives_digest(line_item: LineItem) -> str:
    return digest_of(Creative.objects.filter(line_item=line_item).order_by("pk"))


class CreativeFormSet(BaseInlineFormSet):
    """Refuses to undo what was saved of the creatives after the page was opened."""

    def clean(self) -> None:
        super().clean()
        opened = self.data.get(OPENED_CREATIVES)
        if not (self.instance.pk and opened) or opened == creatives_digest(self.instance):
            return
        found = [
            difference(
                f"{form.initial.get('title', '')}: {form.fields[name].label}",
                describe(form.fields[name], form.initial.get(name)),
                describe(form.fields[name], form.cleaned_data.get(name)),
            )
            for form in self.initial_forms
            for name in form.changed_data
        ]
        if found:
            raise stale(self.instance, found)
