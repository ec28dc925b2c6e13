"""The rows that belong to a row, on its page: a campaign shows its line items, and adds one."""

from typing import Any, ClassVar, NamedTuple

from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

# The list of the rows has all of them.
_SHOWN_MAX = 20


class Children(NamedTuple):
    """The model of the rows, its field that names the parent, and the columns of its list to show."""

    model: type[models.Model]
    parent: str
    columns: tuple[str, ...]


class Panel(NamedTuple):
    """What the template shows. Without `add_url` the person may not add a row."""

    title: str
    headers: list[str]
    # The address of the row's page, and its cells.
    rows: list[tuple[str, list[Any]]]
    row_count: int
    list_url: str
    add_url: str
    add_name: str


class ShowsChildren(ModelAdmin):
    children: ClassVar[Children]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **options: Any
    ) -> HttpResponse:
        parent = options.get("obj")
        if parent is not None and parent.pk:
            context["children"] = _panel(self.children, parent, request)
        return super().render_change_form(request, context, *args, **options)


def _panel(children: Children, parent: models.Model, request: HttpRequest) -> Panel | None:
    child_admin = admin.site._registry[children.model]
    if not child_admin.has_view_permission(request):
        return None
    rows = child_admin.get_queryset(request).filter(**{children.parent: parent})
    meta = children.model._meta
    page = f"admin:{meta.app_label}_{meta.model_name}"
    add_url = f"{reverse(f'{page}_add')}?{children.parent}={parent.pk}"
    return Panel(
        title=str(meta.verbose_name_plural),
        headers=[str(label_for_field(name, children.model, child_admin)) for name in children.columns],
        rows=[
            (
                reverse(f"{page}_change", args=[row.pk]),
                [lookup_field(name, row, child_admin)[2] for name in children.columns],
            )
            for row in rows[:_SHOWN_MAX]
        ],
        row_count=children.model._default_manager.filter(**{children.parent: parent}).count(),
        list_url=f"{reverse(f'{page}_changelist')}?{children.parent}__id__exact={parent.pk}",
        add_url=add_url if child_admin.has_add_permission(request) else "",
        add_name=str(meta.verbose_name),
    )
