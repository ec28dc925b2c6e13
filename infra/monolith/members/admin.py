"""The members for support staff: a search by user ID or device ID, and the erasure."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from members.models import Member, MemberDevice
from members.services import erase_member
from web.read_only_admin import ReadOnlyAdmin


class MemberDeviceInline(admin.TabularInline):
    model = MemberDevice
    fields = ("device_id", "registered_at")
    readonly_fields = ("device_id", "registered_at")
    can_delete = False
    max_num = extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "country", "language", "time_zone", "registered_at", "erased_at"]
    list_filter = ["country", "language", "gender", "registered_at"]
    search_fields = ["user_id", "devices__device_id"]
    inlines = [MemberDeviceInline]
    actions = ["erase"]

    @admin.action(description=_("Erase personal data of selected members"), permissions=["erase"])
    def erase(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        now = timezone.now()
        members = list(queryset.filter(erased_at=None))
        for member in members:
            erase_member(member, now=now)
        done = ngettext("%d member was erased.", "%d members were erased.", len(members))
        self.message_user(request, done % len(members), messages.SUCCESS)

    def has_erase_permission(self, request: HttpRequest) -> bool:
        """Erasing members needs the permission to delete them, although the page deletes no row."""
        return request.user.has_perm("members.delete_member")
