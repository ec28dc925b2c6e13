"""The members for support staff: a search by user ID or device ID, recovery and erasure.

Recovery is written into the history of the member, with the administrator and without the code.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from members.device_services import issue_pairing_code, revoke_all_devices
from members.models import Member, MemberDevice
from members.pairing import RECOVERY_CODE_LIFETIME
from members.services import erase_member
from web.read_only_admin import ReadOnlyAdmin


class MemberDeviceInline(admin.TabularInline):
    model = MemberDevice
    fields = readonly_fields = ("device_id", "has_key", "registered_at")
    can_delete = False
    max_num = extra = 0

    @admin.display(description=_("key"), boolean=True)
    def has_key(self, device: MemberDevice) -> bool:
        return device.key_id is not None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "country", "language", "time_zone", "registered_at", "erased_at"]
    list_filter = ["country", "language", "gender", "registered_at"]
    search_fields = ["user_id", "devices__device_id"]
    inlines = [MemberDeviceInline]
    actions = ["issue_recovery_code", "revoke_phones", "erase"]

    @admin.action(
        description=_("Issue a pairing code for a member whose phones are lost"), permissions=["recover"]
    )
    def issue_recovery_code(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        members = list(queryset.filter(erased_at=None)[:2])
        if len(members) != 1:
            self.message_user(request, _("Select one member."), messages.ERROR)
            return
        member = members[0]
        code = issue_pairing_code(member, now=timezone.now(), lifetime=RECOVERY_CODE_LIFETIME)
        self.log_change(request, member, "Issued a pairing code.")
        text = _("Pairing code for %(member)s, for one phone within 24 hours: %(code)s")
        self.message_user(request, text % {"member": member, "code": code}, messages.SUCCESS)

    @admin.action(description=_("Revoke all phones of selected members"), permissions=["recover"])
    def revoke_phones(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        count = 0
        for member in queryset.filter(erased_at=None):
            revoked = revoke_all_devices(member)
            self.log_change(request, member, f"Revoked {revoked} phones.")
            count += revoked
        done = ngettext("%d phone was revoked.", "%d phones were revoked.", count)
        self.message_user(request, done % count, messages.SUCCESS)

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

    def has_recover_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("members.recover_member")
