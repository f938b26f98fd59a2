"""Pages of the studio: what they show, who may open them, what is refused, how many queries they cost."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image

from analysis.generation.models import Brood, Direction, Film, GeneratedImage, StudioModel, TrainingRun
from analysis.jobs.models import Job
from analysis.similarity.models import PictureSearch
from tests.conftest import World
from tests.factories import ArtworkFactory
from tests.generation.conftest import generated, png_of, studio_model
from tests.similarity.conftest import make_image

pytestmark = pytest.mark.django_db


def page_of(client: Any, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(f"generation:{name}", args=args), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_an_empty_studio_says_how_to_begin(world: World, as_user: Any) -> None:
    page = page_of(as_user(world.member), "home")
    for words in ("No model yet", "thirty pictures or more", "mark with a heart", "Nothing has been published"):
        assert words in page


def test_the_front_room_shows_models_favourites_and_what_was_published(
    world: World, as_user: Any, model: StudioModel
) -> None:
    own = generated(model, made_by=world.member, is_favourite=True)
    generated(model, made_by=world.member, verdict="original", published_at="2026-01-02T00:00:00Z")
    page = page_of(as_user(world.member), "home")
    assert "Harbours" in page
    assert own.get_absolute_url() in page
    theirs = page_of(as_user(world.outsider), "home")
    assert "learned from" not in theirs, "the model is another house's"
    assert own.get_absolute_url() not in theirs
    assert theirs.count('class="specimen"') == 1, "what was published is everybody's to see"


def test_a_model_s_page_shows_figures_beside_their_floors(world: World, as_user: Any, model: StudioModel) -> None:
    row = {"kid": 0.02, "recall": 0.4, "originality": 0.9, "copied": 0.0, "nearer_style": 0.61}
    rows = [{"name": name, "figures": row} for name in ("model", "real", "copies", "repeats")]
    model.version.figures = {"rows": rows, "count": 200}
    model.version.save()
    Direction.objects.create(model=model, key="pca-1", name="found 1", kind="found", vector=b"")
    page = page_of(as_user(world.member), "model-detail", model.pk)
    for words in (
        "real works that it never saw",
        "copies of its training works",
        "200 pictures in each row",
        "nearer to a training work than an unseen work is",
        "0.61",
        "found 1",
    ):
        assert words in page
    assert page.count('data-chart="bar"') == 3
    assert "Rename" in page
    assert as_user(world.outsider).get(model.get_absolute_url()).status_code == 404


def test_the_bench_offers_a_first_generation_and_then_shows_the_last(
    world: World, as_user: Any, model: StudioModel, brood_of: Any
) -> None:
    client = as_user(world.member)
    assert "Nothing bred yet" in page_of(client, "bench", model.pk)
    brood = brood_of(model)
    page = page_of(client, "bench", model.pk)
    assert page.count('name="parent"') == 12
    assert f'name="previous" value="{brood.pk}"' in page
    assert page_of(client, "brood", brood.pk).count('name="parent"') == 12


def test_breeding_leads_to_the_wait_for_the_next_generation(
    world: World, as_user: Any, model: StudioModel, brood_of: Any
) -> None:
    client, first = as_user(world.member), brood_of(model)
    keys = [picture.pk for picture in first.pictures.order_by("position")[:2]]
    asked = {"how": "cross", "parent": keys, f"weight-{keys[0]}": "3", f"weight-{keys[1]}": "1", "previous": first.pk}
    answer = client.post(reverse("generation:bench", args=[model.pk]), asked, headers={"HX-Request": "true"})
    brood = Brood.objects.first()
    assert brood.previous_id == first.pk
    assert (brood.asked["parents"], brood.asked["weights"]) == (keys, [0.75, 0.25])
    assert answer["HX-Push-Url"] == brood.get_absolute_url()
    waiting = answer.content.decode()
    assert "Painting …" in waiting
    assert f'hx-get="{brood.get_absolute_url()}"' in waiting
    assert waiting.count('class="blank"') == 12
    Job.objects.filter(pk=brood.job_id).update(state="failed", error="No memory.", finished_at=brood.created_at)
    assert "No memory." in client.get(brood.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()


def test_without_scripts_breeding_redirects(world: World, as_user: Any, model: StudioModel) -> None:
    answer = as_user(world.member).post(reverse("generation:bench", args=[model.pk]), {"how": "sample"})
    assert answer["Location"] == Brood.objects.get().get_absolute_url()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"how": "cross"}, "Pick two pictures or more"),
        ({"how": "mutate"}, "Pick a picture first"),
        ({"how": "film"}, "Pick 2 to 12 pictures"),
        ({"how": "sample", "truncation": "nan"}, "out of its range"),
        ({"how": "sample", "strength": "bold"}, "out of its range"),
        ({"how": "mutate", "parent": ["99999999"]}, "not there any more"),
    ],
    ids=["no pair", "nothing picked", "no walk", "no number", "a word", "gone"],
)
def test_what_cannot_be_bred_is_said_on_the_bench(
    world: World, as_user: Any, model: StudioModel, asked: dict[str, Any], words: str
) -> None:
    url = reverse("generation:bench", args=[model.pk])
    answer = as_user(world.member).post(url, asked, headers={"HX-Request": "true"})
    assert words in answer.content.decode()
    assert not Job.objects.exists()


def test_a_picture_shows_family_nearest_works_and_verdict(world: World, as_user: Any, model: StudioModel) -> None:
    near = make_image(ArtworkFactory(title="Harbour before rain"))
    hidden = make_image(ArtworkFactory(title="Secret", visibility="private", organisation=world.other_organisation))
    nearest = [
        {"name": "a", "image": near.pk, "likeness": 0.43, "distance": 0.21},
        {"name": "b", "image": hidden.pk, "likeness": None, "distance": 0.3},
    ]
    owned = {"made_by": world.member, "organisation": world.organisation}
    grand = generated(model, **owned)
    parent = generated(model, parents=(grand,), **owned)
    picture = generated(
        model, parents=(parent,), nearest=nearest, copying={"threshold": 0.7}, verdict="original", **owned
    )
    child = generated(model, parents=(picture,), **owned)
    page = page_of(as_user(world.member), "picture", picture.pk)
    for each in (grand, parent, child):
        assert each.get_absolute_url() in page
    for words in ("Harbour before rain", "likeness 0.43", "distance 0.21", "above 0.70", "no copy", "Publish"):
        assert words in page
    assert "Secret" not in page
    assert page.index("Ancestors") < page.index("Parents") < page.index("Children")


def test_a_copy_is_flagged_and_offers_no_publishing(world: World, as_user: Any, picture: GeneratedImage) -> None:
    GeneratedImage.objects.filter(pk=picture.pk).update(verdict="copy")
    client = as_user(world.member)
    page = page_of(client, "picture", picture.pk)
    assert "copies a training work and cannot be published" in page
    assert 'value="publish"' not in page
    url = reverse("generation:picture-change", args=[picture.pk])
    assert "cannot be published" in client.post(url, {"action": "publish"}, follow=True).content.decode()
    picture.refresh_from_db()
    assert picture.published_at is None
    GeneratedImage.objects.filter(pk=picture.pk).update(copying={"threshold": 0.7, "shows_projection": True})
    page = page_of(client, "picture", picture.pk)
    assert "shows a projected picture again" in page
    assert "copies a training work" not in page


def test_marks_notes_and_publishing(world: World, as_user: Any, picture: GeneratedImage) -> None:
    GeneratedImage.objects.filter(pk=picture.pk).update(verdict="original")
    client, url = as_user(world.member), reverse("generation:picture-change", args=[picture.pk])
    heart = client.post(url, {"action": "favourite"}, headers={"HX-Request": "true"}).content.decode()
    assert 'aria-pressed="true"' in heart
    client.post(url, {"action": "note", "note": "The one with the sail"})
    client.post(url, {"action": "publish"})
    picture.refresh_from_db()
    assert (picture.is_favourite, picture.note) == (True, "The one with the sail")
    assert picture.published_at is not None


def test_the_catalogue_is_searched_by_a_picture(world: World, as_user: Any, picture: GeneratedImage) -> None:
    client, url = as_user(world.member), reverse("generation:picture-change", args=[picture.pk])
    assert "Look for works like it" in page_of(client, "picture", picture.pk)
    answer = client.post(url, {"action": "search"})
    asked = PictureSearch.objects.get()
    assert answer.url == reverse("similarity:picture-search", args=[asked.pk])
    assert (asked.asked_by, asked.sha256) == (world.member, picture.picture_sha256)
    assert as_user(world.outsider).post(url, {"action": "search"}).status_code == 404
    assert PictureSearch.objects.count() == 1


def test_a_plain_picture_cannot_be_searched_by(world: World, as_user: Any, model: StudioModel) -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (90, 90, 90)).save(out, "PNG")
    plain = generated(model, picture=out.getvalue(), made_by=world.member)
    url = reverse("generation:picture-change", args=[plain.pk])
    assert "one tone all over" in as_user(world.member).post(url, {"action": "search"}, follow=True).content.decode()


def test_the_file_is_exported_whole_and_kept_by_browsers(world: World, as_user: Any, picture: GeneratedImage) -> None:
    client, url = as_user(world.member), reverse("generation:picture-png", args=[picture.pk])
    answer = client.get(url, {"download": ""})
    assert answer.content == bytes(picture.picture)
    assert answer["Content-Disposition"] == f'attachment; filename="generated-{picture.pk}.png"'
    assert client.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_a_film_is_waited_for_and_then_shown(world: World, as_user: Any, model: StudioModel, brood_of: Any) -> None:
    client, keys = as_user(world.member), [each.pk for each in brood_of(model).pictures.all()[:3]]
    client.post(reverse("generation:bench", args=[model.pk]), {"how": "film", "parent": keys})
    film = Film.objects.get()
    assert film.stops == keys
    assert "The film is being painted" in page_of(client, "film", film.pk)
    assert client.get(reverse("generation:film-webp", args=[film.pk])).status_code == 404
    Film.objects.filter(pk=film.pk).update(data=b"RIFF")
    assert "data-film-toggle" in page_of(client, "film", film.pk)
    assert client.get(reverse("generation:film-webp", args=[film.pk])).content == b"RIFF"
    client.post(reverse("generation:film-delete", args=[film.pk]))
    assert not Film.objects.exists()


def test_directions_and_models_are_renamed_by_their_own_people(world: World, as_user: Any, model: StudioModel) -> None:
    model.visibility = "public"
    model.save()
    one, other = (
        Direction.objects.create(model=model, key=key, name=key, kind="found", vector=b"") for key in ("a", "b")
    )
    url = reverse("generation:direction-change", args=[one.pk])
    assert as_user(world.outsider).post(url, {"name": "stormier"}).status_code == 403
    client = as_user(world.member)
    client.post(url, {"name": "stormier"})
    assert "bears this name" in client.post(url, {"name": "b"}, follow=True).content.decode()
    one.refresh_from_db()
    assert (one.name, one.named_by, other.name) == ("stormier", world.member, "b")
    change = reverse("generation:model-change", args=[model.pk])
    assert as_user(world.outsider).post(change, {"action": "rename", "name": "Mine"}).status_code == 403
    client.post(change, {"action": "rename", "name": "Old harbours"})
    model.refresh_from_db()
    assert model.name == "Old harbours"


def test_a_picture_is_sent_to_be_projected(world: World, as_user: Any, model: StudioModel) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client, url = as_user(world.member), reverse("generation:project", args=[model.pk])
    refused = client.post(url, {"picture": SimpleUploadedFile("a.png", b"no picture")})
    assert refused.status_code == 422
    assert "no JPEG, PNG, WebP or TIFF" in refused.content.decode()
    client.post(url, {"picture": SimpleUploadedFile("a.png", png_of(1))})
    brood = Brood.objects.get()
    assert (brood.asked["how"], brood.count) == ("project", 1)
    work = make_image(ArtworkFactory(title="Tide"))
    assert "Tide" in page_of(client, "project", model.pk, text="tid")
    client.post(url, {"image": work.pk})
    assert Brood.objects.first().asked["image"] == work.pk
    hidden = make_image(ArtworkFactory(visibility="private", organisation=world.other_organisation))
    assert client.post(url, {"image": hidden.pk}).status_code == 404


ADDRESSES = (
    "model-detail",
    "model-grid",
    "bench",
    "project",
    "brood",
    "picture",
    "picture-png",
    "film",
    "run-grid",
    "run-panel",
)


def test_strangers_find_nothing_and_nobody_is_asked_to_sign_in(
    world: World, as_user: Any, model: StudioModel, brood_of: Any
) -> None:
    brood = brood_of(model, 1)
    job = Job.objects.create(kind="generation.train", organisation=world.organisation)
    run = TrainingRun.objects.create(
        name="Harbours", minutes=5, organisation=world.organisation, job=job, grid=b"RIFF", made_by=world.member
    )
    film = Film.objects.create(model=model, organisation=world.organisation, data=b"RIFF", stops=[])
    StudioModel.objects.filter(pk=model.pk).update(grid=b"RIFF")
    keys = {"brood": brood.pk, "film": film.pk, "run-grid": run.pk, "run-panel": job.pk}
    keys |= dict.fromkeys(("picture", "picture-png"), brood.pictures.get().pk)
    for name in ADDRESSES:
        url = reverse(f"generation:{name}", args=[keys.get(name, model.pk)])
        assert as_user(world.member).get(url).status_code == 200, name
        assert as_user(world.outsider).get(url).status_code == 404, name
        assert as_user(None).get(url).status_code == 302, name


def test_more_pictures_cost_no_more_queries(
    world: World, as_user: Any, model: StudioModel, django_assert_max_num_queries: Any
) -> None:
    client = as_user(world.member)

    def queries() -> int:
        with django_assert_max_num_queries(40) as counted:
            page_of(client, "home")
        return len(counted)

    def fill() -> None:
        other = studio_model(organisation=world.organisation)
        Film.objects.create(model=other, organisation=world.organisation, stops=[1, 2])
        generated(other, made_by=world.member, is_favourite=True)
        generated(other, verdict="original", published_at="2026-01-02T00:00:00Z")

    fill()
    few = queries()
    for _ in range(4):
        fill()
    assert queries() == few
