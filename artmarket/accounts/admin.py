"""People, organisations and keys in the admin; for platform staff only, but for choosing an organisation."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.accounts import services
from artmarket.accounts.data_entry import allow_data_entry
from artmarket.accounts.models import ApiKey, Membership, Organisation, User
from artmarket.accounts.queries import organisation_ids
from artmarket.core.admin_base import RecordAdmin


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    extra = 1
    autocomplete_fields = ("organisation", "user")


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    inlines = (MembershipInline,)
    list_display = ("username", "email", "first_name", "last_name", "is_staff", "is_superuser", "is_active")
    actions = ("allow_data_entry",)
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        (gettext_lazy("Preferences"), {"fields": ("language", "theme", "currency")}),
    )

    @admin.action(description=gettext_lazy("Let them enter data in the admin"), permissions=["change"])
    def allow_data_entry(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for user in queryset:
            allow_data_entry(actor=request.user, user=user)  # type: ignore[arg-type]
        self.message_user(
            request, _("They may enter data now, for the organisations they belong to."), messages.SUCCESS
        )


@admin.register(Organisation)
class OrganisationAdmin(RecordAdmin):
    list_display = ("name", "kind", "slug")
    list_filter = ("kind",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (MembershipInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        user: Any = request.user
        return rows if user.is_superuser else rows.filter(pk__in=organisation_ids(user))


@admin.register(Membership)
class MembershipAdmin(RecordAdmin):
    list_display = ("user", "organisation", "role")
    list_filter = ("role",)
    list_select_related = ("user", "organisation")
    search_fields = ("user__username", "organisation__name")
    autocomplete_fields = ("user", "organisation")


@admin.register(ApiKey)
class ApiKeyAdmin(RecordAdmin):
    """Keys are made by their owners on their own page; here they are watched and revoked."""

    list_display = ("name", "prefix", "user", "organisation", "expires_at", "last_used_at", "revoked_at")
    list_select_related = ("user", "organisation")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    search_fields = ("name", "prefix", "user__username")
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=gettext_lazy("Revoke"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for key in queryset.filter(revoked_at=None):
            services.revoke_api_key(actor=request.user, key=key)  # type: ignore[arg-type]
