"""Appraising: every picture once, the bad ones with their reason, resumable, for those who may see the work."""

from __future__ import annotations

import secrets

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from PIL import Image

from analysis.appraisal import appraising, jobs
from analysis.appraisal.models import SORTED, Appraisal
from analysis.jobs.models import Job
from artmarket.catalogue.renditions import as_webp, rendition_path
from artmarket.core import longwork
from artmarket.core.longwork import WorkCancelled
from ml.reporter import SilentReporter
from tests.appraisal.conftest import add_image
from tests.factories import ArtworkFactory
from tests.pictures import painting
from tests.workers import wait_until

pytestmark = pytest.mark.django_db


class Context(SilentReporter):
    """A job's context that stops when asked the ``steps``-th time, and keeps what it was told."""

    def __init__(self, steps: int = 10**9) -> None:
        self.steps, self.told = steps, []

    def progress(self, done, total=None, *, phase="", metrics=None):
        self.told.append((done, total))

    def should_stop(self) -> bool:
        self.steps -= 1
        return self.steps <= 0


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def hung(picture: Image.Image | bytes, **fields):
    """A work's picture whose size for looking at is this."""
    image = add_image(ArtworkFactory(), **fields)
    data = picture if isinstance(picture, bytes) else as_webp(picture, 90)
    default_storage.save(rendition_path(image.sha256, appraising.SIZE), ContentFile(data))
    for size in ("thumb", "card", "full", "square"):
        default_storage.save(rendition_path(image.sha256, size), ContentFile(b"-"))
    return image


def test_every_picture_gets_its_measures_palette_and_overlays():
    image = hung(painting(seed=3, width=300, height=200))
    assert jobs.make(Context())["measured"] == 1
    row = Appraisal.objects.get()
    assert (row.image, row.state, row.reason) == (image, "measured", "")
    assert row.code_version == appraising.code_version()
    assert len(row.inputs_sha256) == 64
    assert sum(swatch["share"] for swatch in row.palette) == pytest.approx(1)
    assert {"saliency", "balance", "brushwork"} <= set(row.overlays)
    for name in SORTED:
        assert getattr(row, name) == pytest.approx(row.measures[name], abs=1e-6), "a column repeats its measure"


def test_a_second_run_changes_nothing():
    hung(painting())
    jobs.make(Context())
    before = list(Appraisal.objects.values())
    assert jobs.make(Context())["measured"] == 0
    assert list(Appraisal.objects.values()) == before


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (Image.new("RGB", (200, 150), "white"), "blank"),
        (Image.new("RGB", (8, 8), "red"), "too_small"),
        (b"no picture at all", "unreadable"),
    ],
    ids=["blank", "small", "broken"],
)
def test_a_picture_that_cannot_be_measured_keeps_its_reason_and_is_not_tried_again(picture, reason):
    hung(picture)
    good = hung(painting())
    result = jobs.make(Context())
    assert (result["measured"], result["refused"]) == (1, 1)
    assert Appraisal.objects.exclude(image=good).values("state", "reason", "measures").get() == {
        "state": "refused", "reason": reason, "measures": {},
    }  # fmt: skip
    assert jobs.make(Context())["refused"] == 0


def test_a_picture_whose_files_are_gone_is_unreadable():
    add_image(ArtworkFactory(), file="originals/00/none.jpg")
    assert jobs.make(Context())["refused"] == 1
    assert Appraisal.objects.get().reason == "unreadable"


def test_a_storage_that_is_away_refuses_nothing_and_is_asked_again(monkeypatch):
    hung(painting())
    with monkeypatch.context() as patch:
        patch.setattr(appraising, "rendition_bytes", away)
        assert jobs.make(Context())["left"] == 1
    assert not Appraisal.objects.exists()
    assert jobs.make(Context())["measured"] == 1


def away(image, size):
    raise ConnectionError("the storage is away")


def test_a_cancelled_run_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(appraising, "BATCH", 2)
    for seed in range(5):
        hung(painting(seed=seed))
    context = Context(steps=1)
    with pytest.raises(WorkCancelled):
        jobs.make(context)
    assert Appraisal.objects.count() == 2
    assert context.told == [(2, 5)]
    assert jobs.make(Context())["measured"] == 3


def test_the_chosen_pictures_alone():
    chosen, other = hung(painting(seed=1)), hung(painting(seed=2))
    assert jobs.make(Context(), image_ids=[chosen.pk, 0])["measured"] == 1
    assert not Appraisal.objects.filter(image=other).exists()
    assert jobs.make_one(Context(), image_id=other.pk)["measured"] == 1


def test_new_code_takes_the_place_of_the_old(monkeypatch):
    image = hung(painting())
    jobs.make(Context())
    monkeypatch.setattr(appraising, "code_version", lambda: "next")
    assert jobs.make(Context())["measured"] == 1
    assert list(Appraisal.objects.values_list("image", "code_version")) == [(image.pk, "next")]


def test_a_picture_deleted_meanwhile_is_passed_over(monkeypatch):
    gone, kept = hung(painting(seed=1)), hung(painting(seed=2))
    look = appraising.look

    def looking(image, version, is_unlike):
        type(image).objects.filter(pk=gone.pk).delete()
        return look(image, version, is_unlike)

    monkeypatch.setattr(appraising, "look", looking)
    monkeypatch.setattr(appraising, "MOST_THREADS", 1)
    monkeypatch.setattr(appraising, "ThreadPoolExecutor", InOrder)
    assert jobs.make(Context())["measured"] == 1
    assert Appraisal.objects.get().image == kept


class InOrder:
    """Does the threads' work in this one, where the test's transaction is."""

    def __init__(self, *given, **named) -> None: ...

    def __enter__(self):
        return self

    def __exit__(self, *error) -> None: ...

    map = staticmethod(map)


def test_one_row_a_picture_and_version_and_never_one_without_measures_or_reason():
    image = hung(painting())
    jobs.make(Context())
    version = appraising.code_version()
    for fields in (
        {"code_version": version, "measures": {"key": 1}},
        {"code_version": "x"},
        {"code_version": "x", "reason": "blank"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appraisal.objects.create(image=image, inputs_sha256="0", **fields)


def test_seen_as_the_work_is(world):
    image = hung(painting())
    image.artwork.visibility, image.artwork.organisation = "private", world.organisation
    image.artwork.save()
    jobs.make(Context())
    sees = {
        name: Appraisal.objects.visible_to(getattr(world, name)).exists() for name in ("outsider", "member", "staff")
    }
    assert sees == {"outsider": False, "member": True, "staff": True}


def test_new_pictures_are_appraised_by_a_job(settings):
    assert jobs.MAKE in settings.AFTER_PICTURES_ADDED


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_appraises(celery_worker_process, settings):
    settings.MEDIA_ROOT = settings.VAR_DIR / "media"  # where workers look
    for picture in (painting(seed=1), Image.new("RGB", (200, 150), "white")):
        hung(picture, sha256=secrets.token_hex(32))
    celery_worker_process()
    job = Job.objects.get(pk=longwork.start(jobs.MAKE, actor=None, parameters={}))
    wait_until(lambda: not Job.objects.get(pk=job.pk).is_unfinished, what="appraised", seconds=90)
    job.refresh_from_db()
    assert job.state == "succeeded", job.error
    assert (job.result["measured"], job.result["refused"]) == (1, 1)


def test_a_picture_unlike_all_that_the_site_knows_is_measured_with_a_warning(monkeypatch):
    """Which pictures those are the active network tells (``tests/similarity``)."""
    odd, plain = hung(painting(seed=1)), hung(painting(seed=2))
    monkeypatch.setattr(appraising, "unlike_known", lambda: lambda image: image.pk == odd.pk)
    assert jobs.make(Context())["measured"] == 2
    assert "unlike" in Appraisal.objects.get(image=odd).warnings
    assert "unlike" not in Appraisal.objects.get(image=plain).warnings
