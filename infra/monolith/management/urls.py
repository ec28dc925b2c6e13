from django.urls import path

from management.http.rows import DeletableRowView, RowsView, RowView
from management.resources import RESOURCES

app_name = "management"

urlpatterns = [
    *(path(name, RowsView.as_view(resource=each), name=f"{name}-list") for name, each in RESOURCES.items()),
    *(
        path(
            f"{name}/<str:key>",
            (RowView if each.is_archived else DeletableRowView).as_view(resource=each),
            name=f"{name}-row",
        )
        for name, each in RESOURCES.items()
    ),
]
