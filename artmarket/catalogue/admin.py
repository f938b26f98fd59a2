"""Data entry of artists, works and pictures. Rules live in the services; this only shows and asks."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from artmarket.accounts.owned_admin import OwnedAdmin
from artmarket.accounts.ownership import Visibility
from artmarket.catalogue import services
from artmarket.catalogue.admin_images import ImageInline, preview_of, save_images
from artmarket.catalogue.models import Artist, ArtistMerge, Artwork, ArtworkImage, ExternalId
from artmarket.catalogue.understanding import understand_artist, understand_artwork
from artmarket.core.admin_base import RecordAdmin, ServiceForm, changed_fields


class ArtistForm(ServiceForm):
    def understand(self) -> None:
        understand_artist(self.instance, list(changed_fields(self)))


class ArtworkForm(ServiceForm):
    def understand(self) -> None:
        understand_artwork(self.instance, list(changed_fields(self)))


class ExternalIdInline(admin.TabularInline):  # type: ignore[type-arg]
    model = ExternalId
    extra = 0
    fields = ("scheme", "namespace", "value")


class PublishingAdmin(OwnedAdmin):
    """Records that can be published and withdrawn many at a time."""

    actions: tuple[str, ...] = ("publish", "withdraw")

    def set_visibility(self, request: HttpRequest, queryset: QuerySet[Any], visibility: str) -> None:
        changed, left = services.set_visibility(actor=request.user, records=queryset, visibility=visibility)  # type: ignore[arg-type]
        text = ngettext("%(count)d record changed.", "%(count)d records changed.", changed) % {"count": changed}
        self.message_user(request, text, messages.SUCCESS)
        if left:
            why = _("%(count)d left as they were: not yours to change, or without an owner organisation.")
            self.message_user(request, why % {"count": left}, messages.WARNING)

    @admin.action(description=gettext_lazy("Publish: show to everyone signed in"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.set_visibility(request, queryset, Visibility.PUBLIC)

    @admin.action(description=gettext_lazy("Withdraw: show to the own organisation only"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.set_visibility(request, queryset, Visibility.PRIVATE)


@admin.register(Artist)
class ArtistAdmin(PublishingAdmin):
    form = ArtistForm
    list_display = ("name", "sort_name", "birth_text", "death_text", "nationality", "organisation", "visibility")
    list_filter = ("visibility", "is_invented", "organisation")
    list_select_related = ("organisation",)
    search_fields = ("name", "name_key", "sort_name")
    ordering = ("sort_name", "id")
    autocomplete_fields = ("organisation",)
    inlines = (ExternalIdInline,)
    actions = ("publish", "withdraw", "merge")
    fieldsets = (
        (None, {"fields": ("name", "sort_name", "other_names", ("organisation", "visibility"))}),
        (
            gettext_lazy("Life"),
            {
                "fields": (
                    ("birth_text", "birth_earliest", "birth_latest"),
                    ("death_text", "death_earliest", "death_latest"),
                    ("nationality", "movement"),
                    "biography",
                ),
                "description": gettext_lazy("Dates left empty are read from the text beside them."),
            },
        ),
        (gettext_lazy("More"), {"fields": ("is_invented",), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Artist]:
        rows: QuerySet[Artist] = super().get_queryset(request).filter(merged_into=None).defer("search", "biography")
        return rows

    def save_record(self, request: HttpRequest, record: Any, form: Any, change: bool) -> None:
        services.save_artist(actor=request.user, artist=record, changed=changed_fields(form))  # type: ignore[arg-type]

    @admin.action(description=gettext_lazy("Merge into one artist"), permissions=["change"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        """Ask which record stays, then merge the others into it."""
        artists = list(
            queryset.annotate(work_count=Count("artworks"))
            .order_by("-work_count", "id")
            .prefetch_related("external_ids")
        )
        if len(artists) < 2:
            self.message_user(request, _("Choose at least two artists."), messages.ERROR)
        elif "apply" not in request.POST:
            context = {**self.admin_site.each_context(request), "title": _("Merge artists"), "artists": artists}
            return TemplateResponse(request, "admin/artmarket/merge_artists.html", {**context, "opts": self.opts})
        else:
            self.merge_into(request, artists, request.POST.get("kept", ""))
        return None

    def merge_into(self, request: HttpRequest, artists: list[Artist], kept_id: str) -> None:
        kept = next((artist for artist in artists if str(artist.pk) == kept_id), None)
        if kept is None:
            self.message_user(request, _("Choose the record that stays."), messages.ERROR)
            return
        try:
            with transaction.atomic():
                for artist in artists:
                    if artist.pk != kept.pk:
                        services.merge_artists(actor=request.user, kept=kept, merged=artist)  # type: ignore[arg-type]
        except (ValidationError, PermissionDenied) as error:
            self.tell(request, error)
            return
        self.message_user(request, _("Merged into “%(name)s”.") % {"name": kept.name}, messages.SUCCESS)


@admin.register(Artwork)
class ArtworkAdmin(PublishingAdmin):
    form = ArtworkForm
    list_display = ("preview", "title", "artist", "attribution", "date_text", "medium", "organisation", "visibility")
    list_display_links = ("title",)
    list_filter = ("visibility", "medium", "attribution", "is_invented")
    list_select_related = ("artist", "organisation")
    search_fields = ("title", "artist__name", "artist__name_key", "inventory_number")
    ordering = ("-id",)
    autocomplete_fields = ("artist", "organisation")
    inlines = (ImageInline, ExternalIdInline)
    actions = ("publish", "withdraw", "embed")
    fieldsets = (
        (None, {"fields": ("title", ("artist", "attribution"), "attribution_text", ("organisation", "visibility"))}),
        (
            gettext_lazy("As the source has it"),
            {
                "fields": ("date_text", "dimensions_text", "medium_text"),
                "description": gettext_lazy("Values below that are left empty are read from these texts."),
            },
        ),
        (
            gettext_lazy("Read from it"),
            {
                "fields": (
                    ("date_earliest", "date_latest", "date_circa"),
                    ("height_cm", "width_cm", "depth_cm"),
                    ("medium", "support"),
                    ("signature", "edition"),
                )
            },
        ),
        (
            gettext_lazy("More"),
            {
                "fields": (
                    ("style", "genre", "inventory_number"),
                    "subjects", "provenance", "exhibitions", "literature", "notes", "is_invented",
                ),
                "classes": ("collapse",),
            },
        ),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Artwork]:
        primary = ArtworkImage.objects.filter(is_primary=True).only("id", "artwork_id", "caption")
        rows: QuerySet[Artwork] = super().get_queryset(request).defer("search", "area_cm2")
        return rows.prefetch_related(Prefetch("images", primary, to_attr="primary_images"))

    @admin.display(description=gettext_lazy("picture"))
    def preview(self, artwork: Any) -> str:
        return preview_of(next(iter(artwork.primary_images), None))

    def save_record(self, request: HttpRequest, record: Any, form: Any, change: bool) -> None:
        services.save_artwork(actor=request.user, artwork=record, changed=changed_fields(form))  # type: ignore[arg-type]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not ArtworkImage:
            super().save_formset(request, form, formset, change)
            return
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        near = save_images(request, form.instance, formset)
        if near:
            works = ", ".join(sorted({str(image.artwork) for image in near}))
            self.message_user(request, _("Looks like pictures of: %(works)s") % {"works": works}, messages.WARNING)

    @admin.action(description=gettext_lazy("Embed: make pictures searchable by likeness"), permissions=["change"])
    def embed(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        images = list(ArtworkImage.objects.filter(artwork__in=queryset).values_list("pk", flat=True))
        if not images:
            self.message_user(request, _("None of these works has a picture."), messages.WARNING)
            return
        text = ngettext("%(count)d picture is looked at.", "%(count)d pictures are looked at.", len(images))
        for job_id in services.start_picture_work(actor=request.user, image_ids=images):  # type: ignore[arg-type]
            link = reverse("jobs:job-detail", args=[job_id])
            words = text % {"count": len(images)}
            said = format_html('{} <a href="{}">{}</a>', words, link, _("Watch the job"))
            self.message_user(request, said, messages.SUCCESS)


@admin.register(ArtworkImage)
class ArtworkImageAdmin(OwnedAdmin):
    """All pictures; added on their work's page."""

    list_display = ("preview", "artwork", "width_px", "height_px", "mime_type", "rights", "is_primary")
    list_filter = ("rights", "mime_type", "is_primary")
    list_select_related = ("artwork",)
    search_fields = ("artwork__title", "sha256", "credit")
    ordering = ("-id",)
    fields = ("preview", "artwork", "width_px", "height_px", "sha256", "rights", "credit", "caption")
    readonly_fields = ("preview", "artwork", "width_px", "height_px", "sha256")

    @admin.display(description=gettext_lazy("picture"))
    def preview(self, image: ArtworkImage) -> str:
        return preview_of(image)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_record(self, request: HttpRequest, record: Any, form: Any, change: bool) -> None:
        services.update_image(
            actor=request.user,  # type: ignore[arg-type]
            image=record,
            rights=record.rights,
            credit=record.credit,
            caption=record.caption,
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.remove_image(actor=request.user, image=obj)  # type: ignore[arg-type]


@admin.register(ArtistMerge)
class ArtistMergeAdmin(RecordAdmin):
    """Merges, which can be undone."""

    list_display = ("kept", "merged", "merged_by", "created_at", "undone_at")
    list_select_related = ("kept", "merged", "merged_by")
    list_filter = (("undone_at", admin.EmptyFieldListFilter),)
    search_fields = ("kept__name", "merged__name")
    actions = ("undo",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        artists: Any = Artist.objects.all()
        return super().get_queryset(request).filter(kept__in=artists.editable_by(request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=gettext_lazy("Undo these merges"))
    def undo(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        try:
            with transaction.atomic():
                for merge in queryset.order_by("-id"):
                    services.undo_merge(actor=request.user, merge=merge)  # type: ignore[arg-type]
        except (ValidationError, PermissionDenied) as error:
            self.tell(request, error)


@admin.register(ExternalId)
class ExternalIdAdmin(RecordAdmin):
    list_display = ("scheme", "namespace", "value", "artist", "artwork")
    list_filter = ("scheme",)
    list_select_related = ("artist", "artwork")
    search_fields = ("value",)
    autocomplete_fields = ("artist", "artwork")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.none()
