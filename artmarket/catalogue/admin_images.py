"""Pictures in the admin: previews, and rows in which a work's pictures are added and described."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.accounts.models import User
from artmarket.catalogue import services
from artmarket.catalogue.models import Artwork, ArtworkImage
from artmarket.core.pictures import PictureRefused, decode_picture


def preview_of(image: ArtworkImage | None) -> str:
    """A small picture as HTML, "" for none."""
    if image is None or image.pk is None:
        return ""
    address = reverse("catalogue:picture", args=[image.pk, "thumb"])
    return format_html('<img class="preview" src="{}" alt="{}" loading="lazy">', address, image.caption)


class ImageForm(forms.ModelForm):  # type: ignore[type-arg]
    """A picture's row: the file of a new one, and what is said of any."""

    upload = forms.FileField(label=gettext_lazy("file"), required=False)
    show_first = forms.BooleanField(label=gettext_lazy("show first"), required=False)

    class Meta:
        model = ArtworkImage
        fields = ("rights", "credit", "caption")

    def clean_upload(self) -> Any:
        """Refuse a bad picture beside its field."""
        upload = self.cleaned_data.get("upload")
        if upload is None:
            if self.instance.pk is None:
                raise ValidationError(_("Choose a file."), code="required")
            return None
        try:
            decode_picture(upload)
        except PictureRefused as refused:
            raise ValidationError(str(refused), code=refused.code) from refused
        return upload


class ImageInline(admin.TabularInline):  # type: ignore[type-arg]
    """Pictures of a work."""

    model = ArtworkImage
    form = ImageForm
    fields = ("preview", "upload", "rights", "credit", "caption", "show_first")
    readonly_fields = ("preview",)
    extra = 1

    @admin.display(description=gettext_lazy("picture"))
    def preview(self, image: ArtworkImage) -> str:
        return preview_of(image)


def save_images(request: HttpRequest, artwork: Artwork, formset: Any) -> list[ArtworkImage]:
    """Add, describe and remove pictures as the rows say; returns near-duplicates found."""
    actor: User = request.user  # type: ignore[assignment]
    near: list[ArtworkImage] = []
    for form in formset.forms:
        data = getattr(form, "cleaned_data", {})
        if form.instance.pk is None:
            if data.get("upload") and not data.get("DELETE"):
                near += add_from(actor, artwork, data)
        elif data.get("DELETE"):
            services.remove_image(actor=actor, image=form.instance)
        elif form.has_changed():
            services.update_image(
                actor=actor, image=form.instance, rights=data["rights"], credit=data["credit"], caption=data["caption"]
            )
            if data.get("show_first"):
                services.make_primary(actor=actor, image=form.instance)
    return near


def add_from(actor: User, artwork: Artwork, data: dict[str, Any]) -> list[ArtworkImage]:
    added = services.add_image(
        actor=actor,
        artwork=artwork,
        source=data["upload"],
        rights=data["rights"],
        credit=data["credit"],
        caption=data["caption"],
        make_primary=True if data["show_first"] else None,
    )
    return [*added.same_file, *added.near_duplicates]
