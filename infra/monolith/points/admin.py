"""The ledger, read-only. The correction of a mistake is another entry, never a changed row."""

from django.contrib import admin

from points.models import PointsAccount, PointsEntry
from web.read_only_admin import ReadOnlyAdmin


@admin.register(PointsAccount)
class PointsAccountAdmin(ReadOnlyAdmin):
    list_display = ["member", "balance", "sequence", "closed_at"]
    list_select_related = ["member"]
    search_fields = ["member__user_id", "member__devices__device_id"]


@admin.register(PointsEntry)
class PointsEntryAdmin(ReadOnlyAdmin):
    list_display = [
        "account",
        "sequence",
        "kind",
        "amount",
        "balance_after",
        "reference",
        "created_at",
    ]
    list_select_related = ["account__member"]
    list_filter = ["kind", "created_at"]
    search_fields = ["account__member__user_id", "reference"]
