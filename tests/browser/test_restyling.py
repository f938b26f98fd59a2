"""Restyling in a real browser: every page in every form, a mask painted, a picture compared by keys."""

from __future__ import annotations

import io
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image, ImageFilter

from analysis.similarity.models import Selection
from analysis.styletransfer import forgetting, services
from analysis.styletransfer.models import StyledImage
from analysis.styletransfer.sources import ChosenStyle
from analysis.styletransfer.wishes import Wish
from artmarket.catalogue.models import Artwork, ArtworkImage
from tests.browser.conftest import Gallery, Visit, painted
from tests.browser.walking import walk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def finish(styled: StyledImage, picture: Image.Image) -> StyledImage:
    """As a worker leaves it, by a picture that can be looked at."""
    files = {"": ("PNG", picture.size), "-card": ("WEBP", (384, 384)), "-large": ("WEBP", (1024, 1024))}
    for end, (kind, most) in files.items():
        small, out = picture.copy(), io.BytesIO()
        small.thumbnail(most)
        small.save(out, kind)
        if not end:
            styled.result_sha256 = sha256(out.getvalue()).hexdigest()
            styled.result.save(styled.result_sha256[:16], ContentFile(out.getvalue()), save=False)
        else:
            default_storage.save(forgetting.size_path(styled, end[1:]), ContentFile(out.getvalue()))
    styled.width_px, styled.height_px = picture.size
    styled.content_loss, styled.style_loss, styled.seconds, styled.network = 0.412, 0.093, 0.4, "packaged network"
    styled.save()
    return styled


@pytest.fixture
def hung(gallery: Gallery) -> dict[str, Any]:
    """Restyled pictures in every state."""
    images = list(ArtworkImage.objects.select_related("artwork__artist").order_by("pk"))

    def make(strength: int, *styles: int) -> StyledImage:
        chosen = [ChosenStyle(images[place], 100 - 20 * place) for place in styles]
        wish = Wish(content=images[0], styles=chosen, strength=strength)
        styled: StyledImage = services.restyle(actor=gallery.user, wish=wish)
        return styled

    done = finish(make(100, 1, 2, 3), painted(0).filter(ImageFilter.ModeFilter(13)))
    services.keep(styled=done, note="For the poster of the spring show")
    shared = services.share(styled=finish(make(80, 4), painted(0).filter(ImageFilter.EMBOSS)))
    waiting = make(60, 2)
    out = io.BytesIO()
    painted(0).filter(ImageFilter.GaussianBlur(9)).save(out, "WEBP")
    StyledImage.objects.filter(pk=waiting.pk).update(preview=out.getvalue(), preview_step=25)
    stopped = make(40, 2)
    services.cancel(actor=gallery.user, styled=stopped)
    selection = Selection.objects.create(made_by=gallery.user, name="Sails and low tides")
    selection.artworks.set(Artwork.objects.all()[:3])
    return {"done": done, "shared": shared, "waiting": waiting, "stopped": stopped, "images": images}


def test_restyling_shuts_nobody_out(visit: Visit, gallery: Gallery, hung: dict[str, Any]) -> None:
    work, others = gallery.work.pk, [image.artwork_id for image in hung["images"][1:3]]
    new, home = reverse("styletransfer:new"), reverse("styletransfer:home")
    pages = {
        "restyle-home": home,
        "restyle-new": new,
        "restyle-find": f"{new}?style={others[0]}&find=red",
        "restyle-styles": f"{new}?work={work}&find_style=Marwand",
        "restyle-settings": f"{new}?work={work}&style={others[0]}&style={others[1]}",
        "restyle-done": hung["done"].get_absolute_url(),
        "restyle-shared-own": hung["shared"].get_absolute_url(),
        "restyle-shared": reverse("styletransfer:shared", args=[hung["shared"].share_token]),
    }
    problems = walk(visit, gallery.user, pages)
    assert not problems, "\n".join(problems)


def test_a_picture_appears_is_compared_by_keys_and_a_mask_is_painted(
    visit: Visit, gallery: Gallery, hung: dict[str, Any]
) -> None:
    visitor = visit(gallery.user, width=360)
    page, waiting = visitor.page, hung["waiting"]
    page.goto(visitor.base + waiting.get_absolute_url())
    page.get_by_alt_text("How far it has come").wait_for()
    visitor.shot("restyle-waiting-360")
    assert visitor.violations() == []
    finish(StyledImage.objects.get(pk=waiting.pk), painted(0).filter(ImageFilter.CONTOUR))
    slider = page.get_by_role("slider", name="How much of the picture before is seen, in per cent")
    slider.wait_for()
    after = page.locator(".compare .after")
    assert after.evaluate("image => image.style.clipPath") == "inset(0px 0px 0px 50%)"
    slider.focus()
    slider.press("ArrowRight")
    assert after.evaluate("image => image.style.clipPath") == "inset(0px 0px 0px 51%)"
    boxes = page.evaluate(
        "[...document.querySelectorAll('.compare.laid img')].map(i => i.getBoundingClientRect().width)"
    )
    assert abs(boxes[0] - boxes[1]) < 1, "before and after lie exactly over each other"

    style = hung["images"][1].artwork_id
    visitor.go(f"{reverse('styletransfer:new')}?work={gallery.work.pk}&style={style}")
    page.get_by_label("Strength").fill("63")
    page.get_by_label("A work or an artist as a style").fill("fog")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Fog lifting").click()
    page.get_by_text("Weights of the styles").wait_for()
    assert page.get_by_label("Strength").input_value() == "63", "another style leaves the settings as they were"
    page.get_by_text("Only a part of the picture").press("Enter")
    canvas = page.get_by_role("img", name="The picture, to be painted on with a pointer")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 90, steps=4)
    page.mouse.up()
    assert visitor.violations() == []
    assert visitor.overflow_px() <= 0
    visitor.shot("restyle-mask-360")
    page.get_by_label("by optimisation, in minutes").check()
    page.get_by_label("Longest edge").select_option("2048")
    page.get_by_role("button", name="Restyle it").click()
    page.get_by_text("takes at most 768").wait_for()
    assert visitor.violations() == []
    visitor.shot("restyle-refused-360")
    assert all("status of 422" in each for each in visitor.complaints)
    visitor.complaints.clear()
    page.get_by_label("Longest edge").select_option("512")
    page.get_by_role("button", name="Restyle it").click()
    page.get_by_text("Waiting for a worker").wait_for()
    made = StyledImage.objects.latest("created_at")
    with Image.open(io.BytesIO(bytes(made.mask))) as mask:
        assert mask.size == (387, 512), "as the picture is, 620 by 820"
        painted_still = (mask.getextrema(), mask.getpixel((5, 500)))
        assert painted_still == ((0, 255), 0), "though the page came back with a refusal"
    assert (made.strength, [use.weight for use in made.styles.all()]) == (63, [100, 100])
    hung["images"][4].delete()
    visitor.go(hung["shared"].get_absolute_url())
    page.get_by_text("no longer on record").wait_for()
    assert page.locator(".styles.small li > div").bounding_box()["width"] > 200, "a title without a picture has room"
    assert visitor.violations() == []
    assert visitor.complaints == []
