"""Embedding: whole, once, resumable; and a new space that takes over while search goes on."""

from __future__ import annotations

import io

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image

from analysis.jobs.models import Job
from analysis.similarity import backbones, hnsw, jobs, services
from analysis.similarity.models import Embedding, EmbeddingSpace, PictureSearch
from analysis.similarity.queries import search
from analysis.similarity.senses import INBORN
from artmarket.catalogue.renditions import encode_renditions, rendition_path, square_bytes, write_renditions
from artmarket.core.longwork import WorkCancelled
from ml.reporter import SilentReporter
from tests.factories import ArtworkFactory
from tests.pictures import encoded, painting, shaded
from tests.similarity.conftest import make_image

pytestmark = pytest.mark.django_db
COLOURS = ["crimson", "firebrick", "navy", "teal", "gold", "khaki", "black", "white", "olive", "plum"]


class Context(SilentReporter):
    """A job's context that stops after ``steps`` questions."""

    job_id = None

    def __init__(self, steps: int = 10**9) -> None:
        self.steps = steps

    def should_stop(self) -> bool:
        self.steps -= 1
        return self.steps < 0


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT, settings.MODELS_DIR = tmp_path / "media", tmp_path / "models"
    settings.BACKBONE_WEIGHTS, settings.BACKBONE_NAME = "", "compact"
    settings.ML_DEVICE = "cpu"


@pytest.fixture
def untrained(monkeypatch):
    """The compact network without the minute of training."""
    from ml.backbone.interface import Provenance
    from ml.backbone.networks import trunk

    def train_here(reporter):
        return "compact", trunk("compact"), Provenance("trained", "10"), {}

    monkeypatch.setattr(backbones, "train_here", train_here)


def paint(colour: str):
    image = make_image(ArtworkFactory(title=colour))
    out = io.BytesIO()
    shaded((48, 32), colour).save(out, "WEBP")
    default_storage.save(rendition_path(image.sha256, "card"), ContentFile(out.getvalue()))
    return image


@pytest.fixture
def pictures(untrained):
    return [paint(colour) for colour in COLOURS]


def vectors():
    return {(row.space_id, row.image_id): np.asarray(row.vector).tobytes() for row in Embedding.objects.all()}


def test_every_picture_gets_a_unit_vector_in_an_indexed_active_space(pictures, world):
    result = jobs.embed(Context())
    assert result["embedded"] == len(COLOURS)
    spaces = list(EmbeddingSpace.objects.select_related("model_version"))
    assert {space.name for space in spaces} == set(INBORN)
    for space in spaces:
        assert space.state == "active"
        assert space.model_version.is_active
        assert hnsw.is_valid(space)
        assert space.embeddings.count() == len(COLOURS)
    for row in Embedding.objects.all():
        assert np.linalg.norm(np.asarray(row.vector, np.float32)) == pytest.approx(1, abs=2e-3)
    found = search(world.member, artwork=pictures[0].artwork_id, weights={"colour": 1})
    assert found.hits[0].title == "firebrick"


def test_embedding_twice_changes_nothing(pictures):
    jobs.embed(Context())
    before = vectors()
    assert jobs.embed(Context())["embedded"] == 0
    assert vectors() == before


def test_new_pictures_join_the_active_space(pictures):
    jobs.embed(Context())
    paint("orange")
    assert jobs.embed(Context())["embedded"] == 1
    assert EmbeddingSpace.objects.count() == len(INBORN)


def test_the_chosen_pictures_alone_are_embedded(pictures):
    jobs.embed(Context())
    chosen, left = paint("orange"), paint("pink")
    assert jobs.embed(Context(), image_ids=[chosen.pk, pictures[0].pk, 0])["embedded"] == 1
    assert not Embedding.objects.filter(image=left).exists()
    assert jobs.embed(Context(), image_ids=[])["embedded"] == 0
    assert jobs.embed(Context())["embedded"] == 1


def test_a_picture_that_cannot_be_read_is_counted_and_the_rest_is_kept(pictures):
    make_image(ArtworkFactory())
    result = jobs.embed(Context())
    assert (result["embedded"], result["unreadable"]) == (len(COLOURS), 1)


def test_a_cancelled_embedding_goes_on_where_it_stopped(pictures, monkeypatch):
    jobs.embed(Context())
    Embedding.objects.all().delete()
    space = EmbeddingSpace.objects.select_related("model_version").get(name="subject")
    backbone = backbones.load_senses(space.model_version, for_bulk=True).backbone
    monkeypatch.setattr(type(backbone.plan), "batch_size", 4, raising=False)
    object.__setattr__(backbone.plan, "batch_size", 4)
    with pytest.raises(WorkCancelled):
        jobs.embed(Context(steps=1))
    assert Embedding.objects.count() == 4 * len(INBORN)
    assert jobs.embed(Context())["embedded"] == len(COLOURS) - 4


def test_a_rebuilt_space_takes_over_and_search_never_stops(pictures, world, monkeypatch):
    jobs.embed(Context())
    old = EmbeddingSpace.objects.get(name="subject")
    asked = pictures[0].artwork_id
    answers = []
    write = services.fill

    def filling(spaces, reporter):
        answers.append(len(search(world.member, artwork=asked).hits))
        tally = write(spaces, reporter)
        answers.append(len(search(world.member, artwork=asked).hits))
        return tally

    monkeypatch.setattr(services, "fill", filling)
    jobs.rebuild(Context())
    assert answers == [9, 9, 9, 9]
    old.refresh_from_db()
    assert old.state == "retired"
    assert EmbeddingSpace.objects.get(state="active", name="subject").pk != old.pk
    jobs.rebuild(Context())
    assert not EmbeddingSpace.objects.filter(pk=old.pk).exists()
    assert not hnsw.is_valid(old)


def test_without_pictures_there_is_nothing_to_do(db):
    assert jobs.embed(Context())["embedded"] == 0
    assert not EmbeddingSpace.objects.exists()


def test_an_uploaded_picture_is_looked_at_by_the_active_network(pictures, world):
    jobs.embed(Context())
    out = io.BytesIO()
    shaded((90, 60), "crimson").save(out, "PNG")
    asked = services.search_by_picture(actor=world.member, source=out)
    assert jobs.embed_query(Context(), search_id=str(asked.pk))["embedded"] == 1
    asked = PictureSearch.objects.select_related("job").get(pk=asked.pk)
    assert services.state_of(search=asked) == services.READY
    found = search(world.member, picture_search=asked.pk)
    assert found.hits[0].title == "crimson"
    assert found.hits[0].score > 0.99
    assert not search(world.outsider, picture_search=asked.pk).hits


@pytest.mark.data
def test_another_network_in_the_settings_makes_another_space(pictures, data_dir, settings):
    jobs.embed(Context())
    settings.BACKBONE_NAME = ""
    settings.BACKBONE_WEIGHTS = str(data_dir / "weights" / "squeezenet1_0-imagenet.safetensors")
    assert jobs.embed(Context())["embedded"] == len(COLOURS)
    active = EmbeddingSpace.objects.select_related("model_version").get(state="active", name="subject")
    assert active.model_version.parameters["network"] == "squeezenet1_0"
    assert active.model_version.parameters["source"] == "file"
    assert jobs.embed(Context())["embedded"] == 0


def shapes(width_px: int, height_px: int) -> Image.Image:
    random = np.random.default_rng(width_px)
    coarse = Image.fromarray(random.integers(0, 255, (9, 12, 3), np.uint8))
    return coarse.resize((width_px, height_px), Image.Resampling.BICUBIC)


@pytest.mark.parametrize("size", [(900, 600), (300, 500), (1600, 200), (90, 60)])
def test_a_question_and_its_copy_in_the_catalogue_have_nearly_the_same_vector(untrained, world, size):
    picture, image = shapes(*size), make_image(ArtworkFactory(title="copy"))
    write_renditions(image.sha256, encode_renditions(picture))
    jobs.embed(Context())
    out = io.BytesIO()
    picture.save(out, "PNG")
    asked = services.search_by_picture(actor=world.member, source=out)
    jobs.embed_query(Context(), search_id=str(asked.pk))
    (hit,) = search(world.member, picture_search=asked.pk).hits
    assert hit.title == "copy"
    assert hit.score > 0.995


def test_a_picture_taken_in_before_there_was_a_rendition_for_networks_gets_one_from_its_card(db):
    image, with_both = make_image(ArtworkFactory()), make_image(ArtworkFactory())
    encoded = encode_renditions(shapes(600, 400))
    write_renditions(with_both.sha256, encoded)
    write_renditions(image.sha256, {"card": encoded["card"]})
    late, taken_in = (Image.open(io.BytesIO(square_bytes(each))) for each in (image, with_both))
    assert late.size == taken_in.size == (256, 256)
    assert np.abs(np.asarray(late, np.int16) - np.asarray(taken_in, np.int16)).mean() < 4
    assert default_storage.exists(rendition_path(image.sha256, "square"))


def test_a_picture_that_is_no_artwork_is_said_to_look_like_none(storage, untrained, world, as_user):
    """By a network fitted on forty pictures or more; the hits are shown beneath the word."""
    from ml.nonartworks import constructed

    for seed in range(44):
        image = make_image(ArtworkFactory())
        default_storage.save(
            rendition_path(image.sha256, "card"), ContentFile(encoded(painting(96, 72, seed=seed), "WEBP"))
        )
    jobs.embed(Context())
    told = {}
    for name, shown in {"code": Image.fromarray(constructed("square code", 1)), "painting": painting(seed=99)}.items():
        asked = services.search_by_picture(actor=world.member, source=io.BytesIO(encoded(shown, "PNG")))
        Job.objects.filter(pk=asked.job_id).update(result=jobs.embed_query(Context(), search_id=str(asked.pk)))
        page = as_user(world.member).get(reverse("similarity:picture-results", args=[asked.pk])).content.decode()
        answer = as_user(world.member).get(reverse("api:similar-detail", args=[asked.pk])).json()
        told[name] = "does not look like the pictures" in page, answer["unlike_known"], len(answer["results"]) > 0
    assert told == {"code": (True, True, True), "painting": (False, False, True)}
