"""The paths of the management API."""

from django.urls import path

from management.http import publications, reports
from management.http.rows import ClonesView, DeletableRowView, RowsView, RowView
from management.http.schema import document_view
from management.http.why_not import WhyNotView
from management.resources import RESOURCES

app_name = "management"

urlpatterns = [
    path("openapi.json", document_view, name="openapi"),
    *(path(name, RowsView.as_view(resource=each), name=f"{name}-list") for name, each in RESOURCES.items()),
    *(
        path(
            f"{name}/<str:key>",
            (RowView if each.is_archived else DeletableRowView).as_view(resource=each),
            name=f"{name}-row",
        )
        for name, each in RESOURCES.items()
    ),
    *(
        path(
            f"{name}/<str:key>/why-not", WhyNotView.as_view(resource=RESOURCES[name]), name=f"{name}-why-not"
        )
        for name in ("line-items", "contents")
    ),
    *(
        path(f"{name}/<str:key>/clones", ClonesView.as_view(resource=RESOURCES[name]), name=f"{name}-clones")
        for name in ("campaigns", "line-items")
    ),
    path("publications", publications.PublicationsView.as_view(), name="publications"),
    path("publications/preview", publications.PreviewView.as_view(), name="preview"),
    path("publications/<int:number>", publications.PublicationView.as_view(), name="publication"),
    path("publications/<int:number>/approve", publications.ApproveView.as_view(), name="approve"),
    path("publications/<int:number>/cancel", publications.CancelView.as_view(), name="cancel"),
    path("rollbacks", publications.RollbacksView.as_view(), name="rollbacks"),
    path("reports/delivery", reports.DeliveryReportView.as_view(), name="delivery-report"),
    path("reports/requests", reports.RequestReportView.as_view(), name="request-report"),
]
