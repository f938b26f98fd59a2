"""What is asked for on the page: how to restyle, and with which weights."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analysis.styletransfer import masks, queries
from analysis.styletransfer.models import StyledImage
from analysis.styletransfer.sources import ChosenStyle, StylingRefused
from analysis.styletransfer.wishes import SIZES_PX, STEPS, Content, Wish
from artmarket.accounts.models import Organisation, User
from artmarket.catalogue.models import ArtworkImage

Method = StyledImage.Method
SIZES = sorted({size for sizes in SIZES_PX.values() for size in sizes})
QUALITIES = [("quick", _("quick")), ("usual", _("usual")), ("fine", _("fine: takes longer"))]
PARTS = ("left", "top", "width", "height")


def slider() -> forms.NumberInput:
    """By ones: a browser moves a value that lies between coarser steps, and what was asked by program would be changed."""
    return forms.NumberInput(attrs={"type": "range", "step": 1})


class StylingForm(forms.Form):
    """Settings of one restyling; the styles' weights are fields named ``weight-<picture>``."""

    method = forms.ChoiceField(
        label=_("Method"), choices=Method.choices, initial=Method.FEED_FORWARD, widget=forms.RadioSelect
    )
    strength = forms.IntegerField(label=_("Strength"), min_value=5, max_value=100, initial=100, widget=slider())
    keep_colours = forms.BooleanField(
        label=_("Keep the picture's own colours"), required=False, help_text=_("Only the brush-work is taken over.")
    )
    longest_px = forms.TypedChoiceField(
        label=_("Longest edge"),
        choices=[(size, f"{size} px") for size in SIZES],
        coerce=int,
        initial=512,
        help_text=_("Never larger than the picture is. By optimisation at most 768."),
    )
    quality = forms.ChoiceField(
        label=_("Care"), choices=QUALITIES, initial="usual", help_text=_("For optimisation: how many steps it takes.")
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("For"), required=False, empty_label=_("myself alone")
    )
    mask = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-mask-value": True}))

    def __init__(self, data: Any = None, *, user: User, styles: list[ArtworkImage], initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.styles = styles
        known = (initial or {}).get("weights", {})
        for image in styles:
            weight = known.get(image.pk, 100)
            self.fields[f"weight-{image.pk}"] = forms.IntegerField(
                label=_("Weight"), min_value=1, max_value=100, initial=weight, widget=slider()
            )
        for part in PARTS:
            self.fields[f"part_{part}"] = forms.FloatField(min_value=0, max_value=100, required=False)
        own: Any = self.fields["organisation"]
        own.queryset = queries.organisations_of(user)
        if not (initial or {}).get("organisation") and len(own.queryset) == 1:
            own.initial = own.queryset[0].pk

    def weights(self) -> list[tuple[ArtworkImage, Any]]:
        """Each style with the field of its weight."""
        return [(image, self[f"weight-{image.pk}"]) for image in self.styles]

    def parts(self) -> list[tuple[str, Any]]:
        """The fields of a part by numbers, with their labels."""
        labels = {"left": _("From the left"), "top": _("From above"), "width": _("Width"), "height": _("Height")}
        return [(str(labels[part]), self[f"part_{part}"]) for part in PARTS]

    def has_part(self) -> bool:
        """Whether a part is given by numbers, or one of them was refused."""
        return any(field.value() not in (None, "") or field.errors for _label, field in self.parts())

    def clean(self) -> dict[str, Any]:
        found = dict(super().clean() or {})
        method, size = found.get("method"), found.get("longest_px")
        if method in SIZES_PX and size is not None and size > max(SIZES_PX[Method(method)]):
            most = max(SIZES_PX[Method(method)])
            self.add_error(
                "longest_px",
                forms.ValidationError(
                    _("This method takes at most %(most)d pixels."), code="too_large", params={"most": most}
                ),
            )
        return found

    def wish(self, content: Content, **more: Any) -> Wish:
        """What is asked, once the form is valid. Raises ``StylingRefused`` (``bad_mask``)."""
        said = self.cleaned_data
        return Wish(
            content=content,
            styles=[ChosenStyle(image, said[f"weight-{image.pk}"]) for image in self.styles],
            method=said["method"],
            strength=said["strength"],
            keep_colours=said["keep_colours"],
            longest_px=said["longest_px"],
            steps=STEPS[said["quality"]],
            mask=self.mask_of(content),
            organisation=said["organisation"],
            **more,
        )

    def mask_of(self, content: Content) -> bytes | None:
        """The painted mask, else the part by numbers, else None."""
        if text := self.cleaned_data["mask"]:
            return masks.from_data_address(text)
        numbers = {part: self.cleaned_data.get(f"part_{part}") for part in PARTS}
        if all(value is None for value in numbers.values()):
            return None
        if any(value is None for value in numbers.values()):
            raise StylingRefused("bad_mask", str(_("A part needs all four numbers.")))
        part = masks.Rectangle(**numbers)  # type: ignore[arg-type]
        return masks.from_rectangle(part, content.width_px, content.height_px)


class KeepForm(forms.Form):
    """Something to remember of a picture."""

    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
