"""A worker's part: painting by a network and by optimisation, keeping it whole, learning from the catalogue."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from django.core.files.storage import default_storage
from PIL import Image

from analysis.jobs.execution import execute
from analysis.jobs.models import Job
from analysis.styletransfer import forgetting, making, masks, restylers, services
from analysis.styletransfer.making import make
from analysis.styletransfer.models import StyledImage
from analysis.styletransfer.sources import StylingRefused
from artmarket.catalogue.models import Artwork, ArtworkImage
from ml.gan.provenance import is_generated, read
from ml.reporter import Cancelled, SilentReporter
from ml.styletransfer import OptimisationSettings
from ml.styletransfer.strokes import STROKES
from tests.styletransfer.conftest import pictured, wish

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_eye(network, monkeypatch):
    """The eye of the tiny network, for optimisation."""
    monkeypatch.setitem(restylers._eyes, "", restylers.load_restyler(network)[0].eye)


class Impatient(SilentReporter):
    """Tells the work to stop after some questions."""

    def __init__(self, patience: int) -> None:
        self.patience = patience

    def should_stop(self) -> bool:
        self.patience -= 1
        return self.patience < 0


class Meanwhile(SilentReporter):
    """While the network paints, somebody throws the picture away."""

    def progress(self, done, total=None, *, phase="", metrics=None) -> None:
        if total:
            StyledImage.objects.all().delete()


def pixels(name: str) -> np.ndarray:
    with default_storage.open(name, "rb") as file, Image.open(file) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def test_the_network_paints_and_the_file_says_so(world, content, style, network):
    styled = services.restyle(actor=world.member, wish=wish(content, style))
    assert styled.model_version == network
    make(styled, SilentReporter())
    styled = StyledImage.objects.get()
    assert (styled.state, styled.width_px, styled.height_px, styled.network) == ("done", 160, 120, str(network))
    assert min(styled.content_loss, styled.style_loss, styled.seconds) > 0
    with styled.result.open("rb") as file:
        data = file.read()
    assert is_generated(data)
    told = read(data)
    assert (told["kind"], told["model"], told["content"]) == ("restyled", str(network), "Harbour before rain")
    assert told["styles"][0]["title"] == "Ilse Marwand, The red sail"
    for size in forgetting.SIZES:
        assert default_storage.exists(forgetting.size_path(styled, size))
    make(styled, SilentReporter())
    assert StyledImage.objects.get().result == styled.result, "what is there is not made again"


def test_only_the_masked_part_changes(world, content, style, network):
    mask = masks.from_rectangle(masks.Rectangle(50, 0, 50, 100), 160, 120)
    styled = services.restyle(actor=world.member, wish=wish(content, style, mask=mask))
    make(styled, SilentReporter())
    found = pixels(StyledImage.objects.get().result.name)
    before = np.asarray(making.content_of(styled)).astype(int)
    assert np.abs(found[:, :70] - before[:, :70]).max() <= 1
    assert np.abs(found[:, 100:] - before[:, 100:]).mean() > 2


@pytest.mark.parametrize("size", [(160, 120), (2048, 1536), (1600, 200)], ids=str)
def test_a_part_of_one_per_cent_is_as_strong_as_a_large_one_and_stays_small(size):
    width, height = size
    mask = masks.from_rectangle(masks.Rectangle(50, 50, 1, 1), width, height)
    found = masks.shares(mask, width, height)
    assert found.shape == (height, width)
    assert found.max() == 1
    assert found.min() >= 0
    row, column = np.unravel_index(found.argmax(), found.shape)
    assert abs(column / width - 0.505) < 0.01
    assert abs(row / height - 0.505) < 0.02
    assert found[:, : width // 3].max() == found[:, -width // 3 :].max() == 0


def test_a_dot_of_grey_paint_keeps_its_strength():
    dot = Image.new("L", (512, 384), 0)
    dot.putpixel((100, 100), 140)
    found = masks.shares(masks.checked(masks.as_png(dot)), 1024, 768)
    assert found.max() == pytest.approx(140 / 255)


def test_the_smallest_part_is_restyled_by_the_worker(world, content, style, network):
    mask = masks.from_rectangle(masks.Rectangle(50, 50, 1, 1), 160, 120)
    styled = services.restyle(actor=world.member, wish=wish(content, style, mask=mask))
    make(styled, SilentReporter())
    assert StyledImage.objects.get().state == "done"


def test_a_style_that_left_the_catalogue_is_missed_in_words(world, content, style, network):
    styled = services.restyle(actor=world.member, wish=wish(content, style))
    ArtworkImage.objects.filter(artwork=style).delete()
    with pytest.raises(StylingRefused, match="no longer there"):
        make(styled, SilentReporter())


def test_a_result_never_claims_a_style_that_it_could_not_use(world, content, style, network):
    styled = services.restyle(actor=world.member, wish=wish(content, style, pictured(5)))
    ArtworkImage.objects.filter(artwork=style).delete()
    with pytest.raises(StylingRefused) as refused:
        make(styled, SilentReporter())
    assert refused.value.code == "no_style"
    assert StyledImage.objects.get().state != "done"


@pytest.mark.parametrize(("change", "code"), [("hidden", "not_found"), ("licensed", "rights")])
@pytest.mark.parametrize("source", ["content", "style"])
def test_rights_are_asked_again_when_the_picture_is_made(world, content, style, network, source, change, code):
    styled = services.restyle(actor=world.outsider, wish=wish(content, style))
    work = {"content": content, "style": style}[source]
    visibility = "private" if change == "hidden" else "public"
    Artwork.objects.filter(pk=work.pk).update(organisation=world.organisation, visibility=visibility)
    if change == "licensed":
        ArtworkImage.objects.filter(artwork=work).update(rights="licensed")
    with pytest.raises(StylingRefused) as refused:
        make(StyledImage.objects.get(pk=styled.pk), SilentReporter())
    assert refused.value.code == code
    assert not StyledImage.objects.get().result


def test_a_picture_thrown_away_meanwhile_leaves_no_files(world, content, style, network, tmp_path):
    styled = services.restyle(actor=world.member, wish=wish(content, style))
    make(styled, Meanwhile())
    assert not StyledImage.objects.exists()
    assert not [path for path in (tmp_path / "restyled").rglob("*") if path.is_file()]


def test_optimisation_shows_how_far_it_is_stops_and_begins_anew(world, content, style, own_eye, monkeypatch):
    monkeypatch.setattr(making, "PREVIEW_SECONDS", 0)
    quick = partial(OptimisationSettings, scales=1, show_every=1, optimiser="adam")
    monkeypatch.setattr("ml.styletransfer.OptimisationSettings", quick)
    asked = wish(content, style, method="optimised", steps=3, longest_px=128)
    styled = services.restyle(actor=world.member, wish=asked)
    assert styled.model_version is None
    with pytest.raises(Cancelled):
        make(styled, Impatient(2))
    stopped = StyledImage.objects.get()
    with Image.open(io.BytesIO(bytes(stopped.preview))) as preview:
        assert (preview.format, preview.size) == ("WEBP", (128, 96))
    assert (stopped.preview_step > 0, stopped.result.name) == (True, "")
    make(stopped, SilentReporter())
    done = StyledImage.objects.get()
    assert (done.state, done.preview, done.network) == ("done", None, STROKES)
    with done.result.open("rb") as file:
        assert read(file.read())["steps"] == 3


@pytest.mark.django_db(transaction=True)
def test_a_worker_runs_the_job_once(world, content, style, network):
    styled = services.restyle(actor=world.member, wish=wish(content, style))
    execute(styled.job_id)
    job, done = Job.objects.get(pk=styled.job_id), StyledImage.objects.get()
    assert (job.state, job.error, done.state) == ("succeeded", "", "done")
    assert job.result["links"][0]["url"] == styled.get_absolute_url()
    gone = services.restyle(actor=world.member, wish=replace(wish(content, style), strength=50))
    StyledImage.objects.filter(pk=gone.pk).delete()
    execute(gone.job_id)
    assert Job.objects.get(pk=gone.job_id).result == {"restyled": None}
