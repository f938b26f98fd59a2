"""Jobs in the admin: to look at, and to cancel or run again in numbers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analysis.jobs import services
from analysis.jobs.models import Job, JobLogLine
from analysis.jobs.queries import kind_choices


class LogLineInline(admin.TabularInline):  # type: ignore[type-arg]
    model = JobLogLine
    fields = ("at", "attempt", "level", "message")
    readonly_fields = ("at", "attempt", "level", "message")
    extra = 0
    can_delete = False
    max_num = 0


class KindFilter(admin.SimpleListFilter):
    """Kinds by what they are called."""

    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return kind_choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["label", "state", "queue", "asked_by", "organisation", "attempt", "created_at", "finished_at"]
    list_filter = ["state", "queue", KindFilter]
    list_select_related = ["asked_by", "organisation"]
    search_fields = ["id__exact", "title", "kind"]
    date_hierarchy = "created_at"
    show_full_result_count = False
    inlines = [LogLineInline]
    actions = ["cancel_jobs", "resume_jobs", "retry_jobs"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        rows: QuerySet[Job] = Job.objects.visible_to(request.user).select_related("asked_by", "organisation")
        return rows

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:
        return False

    @admin.action(description=gettext_lazy("Cancel"), permissions=["view"])
    def cancel_jobs(self, request: HttpRequest, chosen: QuerySet[Job]) -> None:
        self.do_to_each(request, chosen, services.cancel)

    @admin.action(description=gettext_lazy("Resume from the checkpoint"), permissions=["view"])
    def resume_jobs(self, request: HttpRequest, chosen: QuerySet[Job]) -> None:
        self.do_to_each(request, chosen, services.resume)

    @admin.action(description=gettext_lazy("Start over"), permissions=["view"])
    def retry_jobs(self, request: HttpRequest, chosen: QuerySet[Job]) -> None:
        self.do_to_each(request, chosen, services.retry)

    def do_to_each(self, request: HttpRequest, chosen: QuerySet[Job], act: Any) -> None:
        """Do it to each job that the person may change; say how many it was and which not."""
        done = 0
        for job in Job.objects.editable_by(request.user).filter(pk__in=chosen.values("pk")):
            try:
                act(actor=request.user, job=job)
                done += 1
            except services.JobError as error:
                messages.warning(request, _("{job}: {reason}").format(job=job, reason=error))
        messages.info(request, ngettext("Done for {n} job.", "Done for {n} jobs.", done).format(n=done))
