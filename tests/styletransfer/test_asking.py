"""Asking for a restyled picture: what is kept, what is refused beforehand, and whose rights are respected."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import Image, ImageOps

from analysis.jobs.models import Job
from analysis.similarity.models import Selection
from analysis.styletransfer import masks, services, sources
from analysis.styletransfer.models import StyledImage, StyleUse
from analysis.styletransfer.sources import StylingRefused
from analysis.styletransfer.uploading import take_picture
from artmarket.catalogue.models import ArtworkImage
from artmarket.core.pictures import PictureRefused
from tests.factories import ArtistFactory
from tests.pictures import encoded, painting, png_bomb
from tests.styletransfer.conftest import finish, image_of, living, pictured, wish

pytestmark = pytest.mark.django_db


def refusal_of(actor, asked) -> StylingRefused:
    with pytest.raises(StylingRefused) as refused:
        services.restyle(actor=actor, wish=asked)
    assert not StyledImage.objects.exists(), "nothing is begun where something is refused"
    assert not Job.objects.exists()
    return refused.value


def test_it_works(world, content, style):
    styled = services.restyle(actor=world.member, wish=wish(content, style, strength=70))
    job = Job.objects.get()
    assert (job.kind, job.queue, job.parameters) == ("styletransfer.run", "gpu-fast", {"styled_id": str(styled.pk)})
    assert (styled.state, styled.job_id, styled.strength) == ("waiting", job.pk, 70)
    use = StyleUse.objects.get()
    assert (use.title, use.weight, use.image.artwork) == ("Ilse Marwand, The red sail", 100, style)


def test_optimisation_goes_to_the_queue_of_long_work(world, content, style):
    services.restyle(actor=world.member, wish=wish(content, style, method="optimised", steps=60))
    assert Job.objects.get().kind == "styletransfer.optimise"
    assert Job.objects.get().queue == "gpu"


def test_the_same_asked_twice_is_made_once_but_not_what_failed(world, content, style):
    asked = wish(content, style)
    first = services.restyle(actor=world.member, wish=asked)
    assert services.restyle(actor=world.member, wish=asked) == first
    assert services.restyle(actor=world.editor, wish=asked) != first
    assert services.restyle(actor=world.member, wish=replace(asked, strength=50)) != first
    Job.objects.filter(pk=first.job_id).update(state="failed", finished_at=dt.datetime.now(dt.UTC))
    assert services.restyle(actor=world.member, wish=asked) != first


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"styles": []}, "no_style"),
        ({"styles": 5}, "too_many_styles"),
        ({"styles": 2}, "same_style"),
    ],
    ids=["no style", "five styles", "one style twice"],
)
def test_there_are_one_to_four_different_styles(world, content, style, change, code):
    asked = wish(content, style)
    count = change["styles"] or 0
    works = [pictured(seed) for seed in range(20, 25)] if count == 5 else [style] * count
    assert refusal_of(world.member, replace(asked, styles=wish(content, *works).styles)).code == code


@pytest.mark.parametrize("border", [0, 3], ids=["bare", "in a frame"])
def test_a_style_of_one_colour_is_refused_by_name(world, content, border):
    blank = pictured(picture=ImageOps.expand(Image.new("RGB", (90, 90), "#884422"), border), title="Monochrome")
    refused = refusal_of(world.member, wish(content, blank))
    assert refused.code == "one_colour"
    assert "“Monochrome”" in str(refused)


def test_a_work_that_one_may_not_see_is_no_style_and_no_content(world, content, style):
    secret = pictured(3, visibility="private", organisation=world.other_organisation)
    for asked in (wish(content, secret), wish(secret, style)):
        assert refusal_of(world.member, asked).code == "not_found"


def test_a_private_work_s_picture_belongs_to_its_organisation(world, content):
    secret = pictured(3, title="Secret", visibility="private", organisation=world.organisation)
    asked = wish(content, secret)
    refused = refusal_of(world.member, asked)
    assert refused.code == "foreign_organisation"
    assert "“Secret”" in str(refused)
    styled = services.restyle(actor=world.member, wish=replace(asked, organisation=world.organisation))
    finish(styled)
    with pytest.raises(StylingRefused) as stays:
        services.share(styled=styled)
    assert stays.value.code == "private_source"


def test_nobody_makes_pictures_for_an_organisation_of_others(world, content, style):
    with pytest.raises(PermissionDenied):
        services.restyle(actor=world.member, wish=wish(content, style, organisation=world.other_organisation))
    assert not StyledImage.objects.exists()


def test_a_living_artist_s_manner_is_not_copied_unless_the_picture_may_be_used(world, content):
    work = pictured(3, artist=living(name="Ana Viva"), rights="unknown", title="New work", date_latest=None)
    refused = refusal_of(world.member, wish(content, work))
    assert refused.code == "rights"
    assert "an artist who lives" in str(refused)
    for right in ("owned", "public_domain"):
        ArtworkImage.objects.filter(artwork=work).update(rights=right)
        sources.check_style(world.member, image_of(work))


def test_a_licensed_picture_is_its_owner_s_to_use(world, content):
    work = pictured(3, rights="licensed", organisation=world.organisation)
    sources.check_style(world.member, image_of(work))
    assert refusal_of(world.outsider, wish(content, work)).code == "rights"


@pytest.mark.parametrize(
    ("facts", "leaves"),
    [
        ({"artist_died": 1890}, True),
        ({"artist_died": timezone.localdate().year - 50}, False),
        ({"made": 1650}, True),
        ({}, False),
    ],
    ids=["died long ago", "died fifty years ago", "made long ago", "nothing known"],
)
def test_what_leaves_the_house_is_free_or_on_record(world, content, facts, leaves):
    died = facts.get("artist_died")
    artist = ArtistFactory(death_text=str(died), death_latest=dt.date(died, 1, 1)) if died else None
    made = dt.date(facts["made"], 1, 1) if "made" in facts else dt.date(1911, 1, 1)
    work = pictured(3, artist=artist, rights="unknown", date_earliest=made, date_latest=made)
    styled = finish(services.restyle(actor=world.member, wish=wish(content, work)))
    if leaves:
        assert services.share(styled=styled).share_token
        return
    with pytest.raises(StylingRefused) as refused:
        services.share(styled=styled)
    assert refused.value.code == "held_back"
    ArtworkImage.objects.filter(artwork=work).update(rights="public_domain")
    assert services.share(styled=styled).share_token


def test_an_artist_and_a_selection_are_resolved_to_a_few_pictures_that_may_be_used(world):
    artist = ArtistFactory()
    works = [pictured(seed, artist=artist, date_earliest=dt.date(1900 + seed, 1, 1)) for seed in range(6)]
    pictured(7, artist=artist, attribution="follower_of", date_earliest=dt.date(1890, 1, 1))
    found = sources.of_artist(world.member, artist)
    assert [image.artwork for image in found] == [works[0], works[2], works[5]]
    ArtworkImage.objects.filter(artwork=works[0]).update(rights="licensed")
    assert works[0] not in [image.artwork for image in sources.of_artist(world.member, artist)]
    selection = Selection.objects.create(made_by=world.member, name="Sails")
    selection.artworks.set(works[3:5])
    assert [image.artwork for image in sources.of_selection(world.member, selection)] == works[3:5]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (lambda: b"", "empty"),
        (lambda: b"GIF89a" + bytes(40), "gif"),
        (lambda: encoded(painting(60, 200), "PNG"), "too_small"),
        (lambda: encoded(painting(70, 700), "PNG"), "too_long"),
        (lambda: png_bomb(60_000, 60_000), "too_many_pixels"),
        (lambda: encoded(painting(400, 300), "JPEG")[:900], "truncated"),
        (lambda: b"%PDF-1.7 no picture", "not_a_picture"),
    ],
    ids=["empty", "gif", "tiny", "strip", "bomb", "cut off", "no picture"],
)
def test_an_upload_that_is_not_taken_says_why(world, data, code):
    with pytest.raises((PictureRefused, StylingRefused)) as refused:
        take_picture(actor=world.member, source=io.BytesIO(data()))
    assert refused.value.code == code
    assert len(str(refused.value)) > 15


def test_cmyk_huge_and_animated_uploads_are_made_plain(world):
    cmyk = take_picture(actor=world.member, source=io.BytesIO(encoded(painting(300, 200).convert("CMYK"), "JPEG")))
    frames = [painting(120, 90, seed=seed) for seed in (1, 2)]
    moving = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    first = take_picture(actor=world.member, source=io.BytesIO(moving))
    huge = take_picture(actor=world.member, source=io.BytesIO(encoded(painting(5000, 2500), "JPEG")))
    assert (huge.width_px, huge.height_px) == (2048, 1024)
    for kept, seed in ((cmyk, 1), (first, 1)):
        with Image.open(kept.file) as picture:
            assert picture.mode == "RGB"
            assert getattr(picture, "n_frames", 1) == 1
            assert not picture.getexif()
            size, middle = picture.size, picture.getpixel((picture.width // 2, picture.height // 2))
        wanted = painting(*size, seed=seed).getpixel((size[0] // 2, size[1] // 2))
        assert max(abs(a - b) for a, b in zip(middle, wanted, strict=True)) < 24


def test_a_part_by_numbers_becomes_a_mask():
    mask = masks.from_rectangle(masks.Rectangle(25, 0, 50, 100), 400, 200)
    with Image.open(io.BytesIO(mask)) as opened:
        assert opened.size == (512, 256)
        assert [opened.getpixel((x, 128)) for x in (10, 126, 130, 380, 390)] == [0, 0, 255, 255, 0]
    shares = masks.shares(mask, 200, 100)
    assert (shares.shape, shares.dtype) == ((100, 200), "float32")
    assert (shares[50, 10], shares[50, 100]) == (0, 1)
    assert 0.2 < shares[50, 50] < 0.8, "its edge is soft"


@pytest.mark.parametrize(
    "text",
    ["", "data:image/png;base64,nonsense!", "data:image/png;base64," + "AAAA" * 30],
    ids=["empty", "not base64", "no picture"],
)
def test_a_mask_that_cannot_be_read_is_refused(text):
    with pytest.raises(StylingRefused):
        masks.from_data_address(text)


@pytest.mark.parametrize(
    "part", [(60, 0, 50, 100), (0, 0, 0, 50), (-1, 0, 50, 50)], ids=["beyond the edge", "empty", "negative"]
)
def test_a_part_lies_within_the_picture(part):
    with pytest.raises(StylingRefused, match="within the picture"):
        masks.from_rectangle(masks.Rectangle(*part), 400, 200)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"strength": 0}, "styletransfer_strength"),
        ({"longest_px": 4000}, "styletransfer_size"),
        ({"is_kept": True}, "styletransfer_kept_when_done"),
        ({"result": "x.png"}, "styletransfer_result_is_whole"),
    ],
    ids=["strength", "size", "kept unfinished", "result without pixels"],
)
def test_the_database_holds_the_rules(world, restyled, change, name):
    styled = restyled(world.member, is_done=False)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        StyledImage.objects.filter(pk=styled.pk).update(**change)
