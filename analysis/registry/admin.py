"""The register of models in the admin: to look at, and to choose which version answers."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.registry import services
from analysis.registry.models import ModelVersion


@admin.register(ModelVersion)
class ModelVersionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "kind", "scope", "is_active", "organisation", "visibility", "created_at", "sha256"]
    list_select_related = ["organisation"]
    list_filter = ["is_active", "kind", "scope"]
    search_fields = ["name", "kind", "scope", "sha256"]
    show_full_result_count = False
    actions = ["let_answer"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelVersion]:
        return ModelVersion.objects.visible_to(request.user)  # type: ignore[no-any-return]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ModelVersion | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ModelVersion | None = None) -> bool:
        return False

    @admin.action(description=gettext_lazy("Let this version answer"), permissions=["activate"])
    def let_answer(self, request: HttpRequest, chosen: QuerySet[ModelVersion]) -> None:
        for version in chosen:
            services.activate(version=version)
            messages.info(request, _("{model} answers now.").format(model=version))

    def has_activate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registry.change_modelversion")
