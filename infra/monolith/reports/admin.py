"""The pages of reports, and their files."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports.exports import csv_lines, json_lines
from reports.filters import DeliveryForm, PeriodForm, RequestForm, first_values
from reports.links import add_links
from reports.models import DeliveryReport as DeliveryPage
from reports.models import RequestReport as RequestPage
from reports.roles import scope_of
from reports.selectors.delivery import TIMES, Asked, DeliveryReport
from reports.selectors.requests import Asked as AskedRequests
from reports.selectors.requests import request_table
from reports.tables import Table
from web.people import person_of
from web.read_only_admin import ReadOnlyAdmin

_ROWS_OF_PAGE = 100
_ROWS_OF_FILE_MAX = 100_000
_FORMATS: dict[str, str] = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


class ReportAdmin(ReadOnlyAdmin):
    """A page that shows what a form asks for, and its tables as files."""

    # The tables that are files, too.
    tables: ClassVar[tuple[str, ...]]

    def get_urls(self) -> list[URLPattern]:
        # None of the pages of rows: there are no rows.
        wrap, name = self.admin_site.admin_view, f"reports_{self.opts.model_name}"
        return [
            path("", wrap(self.page), name=f"{name}_changelist"),
            path("<slug:table>.<slug:format>", wrap(self.file), name=f"{name}_file"),
        ]

    def page(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(self.opts.verbose_name_plural).capitalize(),
            "form": form,
            "media": self.media + form.media,
        }
        is_valid = form.is_valid()
        if is_valid:
            context |= self.parts(request, form)
        status = 200 if is_valid else 400
        return TemplateResponse(request, "reports/report.html", context, status=status)

    def file(self, request: HttpRequest, table: str, format: str) -> HttpResponse | StreamingHttpResponse:
        form = self._form(request)
        if table not in self.tables or format not in _FORMATS:
            raise Http404
        if not form.is_valid():
            problems = [problem for found in form.errors.values() for problem in found]
            return HttpResponse("\n".join(map(str, problems)) + "\n", "text/plain; charset=utf-8", 400)
        found = self.table(request, form, table)
        if len(found.rows) > _ROWS_OF_FILE_MAX:
            message = _("A file has at most %(rows)s rows: choose less.") % {"rows": f"{_ROWS_OF_FILE_MAX:,}"}
            return HttpResponse(f"{message}\n", "text/plain; charset=utf-8", 400)
        lines = csv_lines(found) if format == "csv" else json_lines(found, _about(form))
        name = f"{self.opts.model_name}-{table}-{form.period.first}-{form.period.last}.{format}"
        headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
        return StreamingHttpResponse(lines, content_type=_FORMATS[format], headers=headers)

    def form_of(self, request: HttpRequest) -> PeriodForm:
        raise NotImplementedError

    def parts(self, request: HttpRequest, form: Any) -> dict[str, Any]:
        """What the page shows below a form that is valid."""
        raise NotImplementedError

    def table(self, request: HttpRequest, form: Any, name: str) -> Table:
        """A whole table, for a file."""
        raise NotImplementedError

    def _form(self, request: HttpRequest) -> PeriodForm:
        person_of(request, f"reports.view_{self.opts.model_name}")
        return self.form_of(request)


@admin.register(DeliveryPage)
class DeliveryReportAdmin(ReportAdmin):
    tables = ("delivery", "series", "reasons")

    def form_of(self, request: HttpRequest) -> DeliveryForm:
        scope = scope_of(request)
        if not scope.ads and not scope.contents:
            raise PermissionDenied
        group = "campaign" if scope.ads else "content"
        return DeliveryForm({**first_values(timezone.now(), group), **request.GET.dict()}, scope)

    def parts(self, request: HttpRequest, form: DeliveryForm) -> dict[str, Any]:
        report = _report_of(form)
        sort = _sort(request, form)
        number, pages = _page(request, report.count())
        by = "hour" if form.is_by_hour else "day"
        start = (number - 1) * _ROWS_OF_PAGE
        main = report.table(sort, start, start + _ROWS_OF_PAGE)
        shown = _shown(main, request, sort=sort, is_charted=form.by in TIMES, pages=pages, page=number)
        reasons = report.reasons()
        parts = [shown]
        if form.by not in TIMES:
            parts.append(_shown(report.series(by), request, is_charted=True))
        if reasons.rows:
            parts.append(_shown(reasons, request))
        return {"parts": parts, "zone": str(form.zone), "count": report.count()}

    def table(self, request: HttpRequest, form: DeliveryForm, name: str) -> Table:
        report = _report_of(form)
        if name == "reasons":
            return report.reasons()
        if name == "series":
            return report.series("hour" if form.is_by_hour else "day")
        return report.table(_sort(request, form))


@admin.register(RequestPage)
class RequestReportAdmin(ReportAdmin):
    tables = ("requests",)

    def form_of(self, request: HttpRequest) -> RequestForm:
        return RequestForm({**first_values(timezone.now(), "unit"), **request.GET.dict()})

    def parts(self, request: HttpRequest, form: RequestForm) -> dict[str, Any]:
        parts = [_shown(self._asked(form), request, is_charted=form.by in TIMES)]
        if form.by not in TIMES:
            by = "hour" if form.is_by_hour else "day"
            parts.append(_shown(self._asked(form, by), request, is_charted=True, has_files=False))
        return {"parts": parts, "zone": str(form.zone), "count": len(parts[0]["rows"])}

    def table(self, request: HttpRequest, form: RequestForm, name: str) -> Table:
        return self._asked(form)

    def _asked(self, form: RequestForm, group: str = "") -> Table:
        unit = form.cleaned_data["unit"]
        return request_table(AskedRequests(form.period, group or form.by, unit.public_id if unit else None))


add_links()


def _report_of(form: DeliveryForm) -> DeliveryReport:
    campaign = form.one_campaign
    asked = Asked(
        period=form.period,
        where=form.where,
        group=form.by,
        campaign=campaign.public_id if campaign else "",
        has_spend=form.has_spend,
    )
    return DeliveryReport(asked, timezone.now())


def _sort(request: HttpRequest, form: DeliveryForm) -> str:
    return request.GET.get("sort", "") or (form.by if form.by in TIMES else "-impressions")


def _page(request: HttpRequest, rows: int) -> tuple[int, range]:
    """The page that is asked for, if there is one, else the first; and all of them."""
    pages = range(1, max(-(-rows // _ROWS_OF_PAGE), 1) + 1)
    text = request.GET.get("page", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
    return (number if number in pages else 1), pages


def _about(form: PeriodForm) -> dict[str, Any]:
    """What a file was asked for."""
    filters = {
        name: getattr(value, "public_id", value)
        for name, value in form.cleaned_data.items()
        if value and name not in ("first", "last", "group")
    }
    period = form.period
    return {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "time_zone": str(period.zone),
        "by": form.by,
        "filters": filters,
    }


def _shown(table: Table, request: HttpRequest, **how: Any) -> dict[str, Any]:
    """A table for the template."""
    sort = how.get("sort", "")
    address: Callable[..., str] = _addresses(request)
    columns = [
        {
            "label": column.label,
            "is_number": column.is_number,
            "is_charted": column.kind == "count",
            "sorted": _direction(column.name, sort),
            "url": address(sort=_next_sort(column.name, sort), page=None)
            if sort and column.is_sortable
            else "",
        }
        for column in table.columns
    ]
    pages: range = how.get("pages", range(1, 2))
    return {
        "name": table.name,
        "label": table.label,
        "columns": columns,
        "rows": [(row.at, table.cells(row)) for row in table.rows],
        "total": table.shown_total(),
        "is_charted": how.get("is_charted", False),
        "files": [(format.upper(), f"{table.name}.{format}{address(page=None)}") for format in _FORMATS]
        if how.get("has_files", True)
        else [],
        "pages": [(number, address(page=number), number == how.get("page")) for number in pages]
        if len(pages) > 1
        else [],
    }


def _addresses(request: HttpRequest) -> Callable[..., str]:
    """Makes the query of the present page with some parameters changed; None takes one away."""

    def address(**changes: Any) -> str:
        query = request.GET.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = str(value)
        return f"?{query.urlencode()}"

    return address


def _direction(name: str, sort: str) -> str:
    if sort.removeprefix("-") != name:
        return ""
    return "descending" if sort.startswith("-") else "ascending"


def _next_sort(name: str, sort: str) -> str:
    """Numbers begin with the largest one."""
    return name if sort == f"-{name}" or name in (*TIMES, "id") and sort != name else f"-{name}"
