"""Reports: the tables of the admin's pages, with exact numbers."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from adops.rules.vocabulary import validate_time_zone
from delivery.hours import zone_of
from management.dto.reports import ReportDocument
from management.http.base import ManagementView, answer, read_query
from management.http.described import Described, Parameter, limit_up_to
from management.http.paging import read_limit
from management.http.problems import forbidden, invalid
from management.scopes import Scope
from reports.filters import DeliveryForm, PeriodForm, RequestForm
from reports.roles import VIEW_DELIVERY, VIEW_REQUESTS, scope_of
from reports.selectors.delivery import TIMES, Asked, DeliveryReport
from reports.selectors.requests import Asked as AskedRequests
from reports.selectors.requests import request_table
from reports.tables import Row, Table
from web import problems
from web.problems import FieldError, ProblemError

ROWS_FIRST = 100
ROWS_MAX = 1_000
_OFFSET_MAX = 1_000_000


class _Zoned(PeriodForm):
    """With a time zone of the days; without one it is that of the admin's page."""

    time_zone = forms.CharField(required=False, max_length=64, validators=[validate_time_zone])

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.to_field_name = "public_id"
            elif isinstance(field, forms.DateField):
                field.input_formats = ["%Y-%m-%d"]

    @property
    def zone(self) -> ZoneInfo:
        name = self.cleaned_data.get("time_zone")
        return zone_of(name) if name else super().zone


class DeliveryQuery(_Zoned, DeliveryForm):
    pass


class RequestQuery(_Zoned, RequestForm):
    pass


class ReportView(ManagementView):
    read_scope: ClassVar[Scope] = Scope.REPORTS
    parameters: ClassVar[tuple[str, ...]]

    def describe(self, method: str) -> Described:
        days = {"type": "string", "format": "date"}
        first, last = (Parameter(name, days, required=True) for name in ("first", "last"))
        rest = (Parameter(name) for name in self.parameters if name not in ("first", "last"))
        offset = Parameter("offset", {"type": "integer", "minimum": 0, "maximum": _OFFSET_MAX})
        parameters = (first, last, *rest, limit_up_to(ROWS_MAX), offset)
        return Described("Rows of a report, with the total of all.", None, ReportDocument, 200, parameters)

    def asked(self, request: Request) -> tuple[dict[str, str], int, int]:
        """The query, and from which row on how many are wanted."""
        query = read_query(request, frozenset({*self.parameters, "limit", "offset"}))
        limit = read_limit(query.get("limit"), ROWS_FIRST, ROWS_MAX)
        text = query.get("offset", "0")
        if not (text.isascii() and text.isdigit() and len(text) < 8 and int(text) <= _OFFSET_MAX):
            raise invalid("offset", f"This is a whole number from 0 to {_OFFSET_MAX}.")
        return query, int(text), limit


class DeliveryReportView(ReportView):
    parameters = (
        *("first", "last", "group", "time_zone", "sort"),
        *("advertiser", "campaign", "line_item", "content", "unit"),
    )

    def get(self, request: Request) -> HttpResponse:
        self.require_permission(VIEW_DELIVERY)
        scope = scope_of(request)
        if not scope.ads and not scope.contents:
            raise ProblemError(forbidden("The key's owner may see neither line items nor contents."))
        query, offset, limit = self.asked(request)
        form = DeliveryQuery({"group": "campaign" if scope.ads else "content", **query}, scope)
        _require_valid(form, query)
        campaign = form.one_campaign
        report = DeliveryReport(
            Asked(
                period=form.period,
                where=form.where,
                group=form.by,
                campaign=campaign.public_id if campaign else "",
                has_spend=form.has_spend,
            ),
            timezone.now(),
        )
        sort = query.get("sort") or (form.by if form.by in TIMES else "-impressions")
        table = report.table(sort, offset, offset + limit)
        if sort.removeprefix("-") not in [each.name for each in table.columns if each.is_sortable]:
            raise invalid("sort", "This is the name of a column that can be sorted by, `-` before it or not.")
        return _answer(form, table, table.rows, report.count(), offset)


class RequestReportView(ReportView):
    parameters = ("first", "last", "group", "time_zone", "unit")

    def get(self, request: Request) -> HttpResponse:
        self.require_permission(VIEW_REQUESTS)
        query, offset, limit = self.asked(request)
        form = RequestQuery({"group": "unit", **query})
        _require_valid(form, query)
        unit = form.cleaned_data["unit"]
        table = request_table(AskedRequests(form.period, form.by, unit.public_id if unit else None))
        return _answer(form, table, table.rows[offset : offset + limit], len(table.rows), offset)


def _require_valid(form: PeriodForm, query: dict[str, str]) -> None:
    """Raises a 400 problem in the words of the form, and for a filter that it has not."""
    errors = [
        FieldError("" if name == "__all__" else name, str(text))
        for name, texts in form.errors.items()
        for text in texts
    ]
    hidden = set(query) - set(form.fields) - {"limit", "offset", "sort"}
    errors += [FieldError(name, "The key's owner may not see these.") for name in sorted(hidden)]
    if errors:
        raise ProblemError(problems.invalid_parameters(errors))


def _answer(form: PeriodForm, table: Table, rows: list[Row], in_all: int, offset: int) -> HttpResponse:
    names = [column.name for column in table.columns]
    period = form.period
    following = offset + len(rows)
    total = dict(zip(names, table.exported_total(), strict=False))
    document = {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "time_zone": str(period.zone),
        "group": form.by,
        "rows": [
            {
                column.name: column.exported(value)
                for column, value in zip(table.columns, row.values, strict=True)
            }
            for row in rows
        ],
        "total": {name: value for name, value in total.items() if value is not None},
        "rows_in_all": in_all,
        "next_offset": following if rows and following < in_all else None,
    }
    return answer(document)
