"""The unlocks of members, read-only."""

from django.contrib import admin

from rewards.models import Unlock
from web.read_only_admin import ReadOnlyAdmin


@admin.register(Unlock)
class UnlockAdmin(ReadOnlyAdmin):
    list_display = ["unlock_id", "member", "outcome", "points", "local_date", "received_at"]
    list_select_related = ["member"]
    list_filter = ["outcome", "received_at"]
    search_fields = ["member__user_id", "unlock_id"]
