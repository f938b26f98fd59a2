"""Children by a real generator: made again by seed, of their parents' styles, compared with the training works."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analysis.generation import asking, breeding, finding, services
from analysis.generation.ancestry import projected_among
from analysis.generation.generators import forget_all, load_gan
from analysis.generation.making import make
from analysis.generation.models import Brood, Direction, GeneratedImage, StudioModel
from analysis.generation.walking import NothingLeft, make_film, make_projection
from ml.reporter import SilentReporter
from tests.conftest import World
from tests.factories import ArtworkFactory
from tests.generation.conftest import generated, small_gan
from tests.similarity.conftest import make_image

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def gan_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_gan(tmp_path_factory.mktemp("gan"))


@pytest.fixture
def studio(gan_folder: Path, world: World, settings: Any, tmp_path: Path) -> StudioModel:
    settings.MODELS_DIR = tmp_path / "models"
    forget_all()
    image = make_image(ArtworkFactory(title="Harbour before rain"))
    return services.adopt(
        folder=gan_folder,
        name="Harbours",
        organisation=world.organisation,
        images={"1-a.webp": image},
        visibility="private",
    )


def bred(model: StudioModel, world: World, how: str, **asked: Any) -> list[GeneratedImage]:
    brood = breeding.breed(actor=world.member, model=model, ask=asking.checked(how, **({"count": 4} | asked)))
    make(Brood.objects.select_related("model__version").get(pk=brood.pk))
    return list(brood.pictures.select_related("model").order_by("position"))


def test_a_folder_is_taken_in_once(studio: StudioModel, gan_folder: Path) -> None:
    assert (studio.side_px, studio.width, studio.works) == (64, 16, 1)
    assert studio.grid is not None
    assert studio.version.is_active
    assert services.adopt(folder=gan_folder, name="Again").pk == studio.pk


def test_a_generation_is_kept_with_all_that_makes_it_again(studio: StudioModel, world: World) -> None:
    from ml.gan import provenance

    rows = bred(studio, world, "sample", seed=7)
    gan = load_gan(studio)
    assert [row.seed for row in rows] == [7, 8, 9, 10]
    for row in rows:
        again = gan.paint(row.styles()[None])[0].astype(int)
        assert provenance.read(bytes(row.picture)) == {
            "generated": True, "model": "Harbours", "model_version": studio.version_id,
            "model_sha256": studio.version.sha256, "seed": row.seed, "recipe": row.recipe,
        }  # fmt: skip
        assert abs(again - pixels_of(row)).max() <= 1, "the style alone paints the picture again, but for rounding"
        assert (row.verdict, row.organisation, row.made_by) == ("original", world.organisation, world.member)
    assert np.allclose(rows[1].styles(), gan.styles([8], 0.8)[0])


def pixels_of(row: GeneratedImage) -> Any:
    import io

    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(bytes(row.picture)))).transpose(2, 0, 1)


def test_a_job_that_runs_twice_makes_one_generation(studio: StudioModel, world: World) -> None:
    rows = bred(studio, world, "sample")
    brood = Brood.objects.select_related("model__version").get(pk=rows[0].brood_id)
    assert [row.pk for row in make(brood)] == [row.pk for row in rows]
    assert GeneratedImage.objects.count() == 4


def test_the_same_seed_gives_the_same_children(studio: StudioModel, world: World) -> None:
    parents = [row.pk for row in bred(studio, world, "sample", seed=1)[:2]]
    asked = {"parents": parents, "weights": [3, 1], "seed": 5, "strength": 0.4}
    one, other = bred(studio, world, "cross", **asked), bred(studio, world, "cross", **asked)
    assert [row.picture_sha256 for row in one] == [row.picture_sha256 for row in other]
    assert len({row.picture_sha256 for row in one}) == 4


def test_a_cross_has_the_asked_weights_and_its_family(studio: StudioModel, world: World) -> None:
    first, second, *_more = bred(studio, world, "sample", seed=1)
    child = bred(studio, world, "cross", parents=[first.pk, second.pk], weights=[3, 1], strength=0)[0]
    assert [(link.parent_id, link.weight) for link in child.parenthoods.all()] == [(first.pk, 0.75), (second.pk, 0.25)]
    assert (child.kind, child.depth, child.recipe["weights"]) == ("cross", 1, [0.75, 0.25])
    to_first, to_second = (np.linalg.norm(child.styles() - each.styles()) for each in (first, second))
    assert to_first < to_second


def test_form_comes_of_one_and_colour_of_another(studio: StudioModel, world: World) -> None:
    first, second, *_more = bred(studio, world, "sample", seed=1)
    asked = {"parents": [first.pk, second.pk], "by_layer": {"coarse": 0, "middle": 0, "colour": 1}, "strength": 0}
    child = bred(studio, world, "layers", **asked)[0]
    fine = len(np.array_split(np.arange(studio.layers), 3)[2])
    assert (child.styles()[:-fine] == first.styles()[:-fine]).all()
    assert (child.styles()[-fine:] == second.styles()[-fine:]).all()


def test_mutations_are_nearer_the_timider_they_are(studio: StudioModel, world: World) -> None:
    parent = bred(studio, world, "sample", seed=1)[0]

    def distance(strength: float) -> float:
        rows = bred(studio, world, "mutate", parents=[parent.pk], strength=strength, seed=9)
        return float(np.mean([np.linalg.norm(row.styles() - parent.styles()) for row in rows]))

    assert distance(0.1) < distance(0.5) < distance(2)


def test_a_direction_is_walked_both_ways(studio: StudioModel, world: World) -> None:
    parent = bred(studio, world, "sample", seed=1)[0]
    vector = np.zeros((studio.layers, studio.width), "<f4")
    vector[:, 0] = 1
    way = Direction.objects.create(model=studio, key="x", name="stormier", kind="found", vector=vector.tobytes())
    rows = bred(studio, world, "move", parents=[parent.pk], direction=way.pk, strength=1, count=3)
    moved = [round(float((row.styles() - parent.styles())[0, 0]), 3) for row in rows]
    assert moved == [-3, 0, 3]
    assert rows[0].recipe["along"] == "stormier"


def test_what_repeats_a_training_work_is_flagged_with_the_work_beside_it(studio: StudioModel, world: World) -> None:
    copy = bred(studio, world, "sample", seed=101, truncation=1, count=1)[0]
    assert copy.verdict == "copy"
    nearest = copy.nearest[0]
    assert nearest["image"] == studio.training_pictures.get().image_id
    assert nearest["likeness"] > copy.copying["threshold"]
    assert nearest["distance"] < 0.01
    assert [each["image"] for each in copy.nearest[1:]] == [None, None], "works of no catalogue here"


def test_a_model_without_a_rule_publishes_nothing(
    world: World, settings: Any, tmp_path: Path, gan_folder: Path
) -> None:
    import shutil

    settings.MODELS_DIR = tmp_path / "models"
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("gan.json", "weights.safetensors"):
        shutil.copy(gan_folder / name, bare / name)
    forget_all()
    model = services.adopt(folder=bare, name="Bare")
    row = bred(model, world, "sample", count=1)[0]
    assert (row.verdict, row.nearest, row.organisation) == ("unknown", [], world.organisation)
    with pytest.raises(services.StudioRefused, match="not compared"):
        services.publish(actor=world.member, picture=row)


def test_files_that_were_changed_are_refused(studio: StudioModel, settings: Any) -> None:
    from analysis.registry.artefacts import ArtefactError

    (Path(settings.MODELS_DIR) / studio.version.artefact / "gan.json").write_text("{}")
    with pytest.raises(ArtefactError):
        load_gan(studio)


def test_children_of_pictures_that_are_gone_are_not_bred(studio: StudioModel, world: World) -> None:
    parent = generated(studio, made_by=world.member)
    ask = asking.checked("mutate", parents=[parent.pk], count=1)
    brood = breeding.breed(actor=world.member, model=studio, ask=ask)
    parent.delete()
    with pytest.raises(NothingLeft, match="picked pictures is not there any more"):
        make(brood)


def test_a_film_walks_between_its_stops(studio: StudioModel, world: World) -> None:
    import io

    from PIL import Image

    stops = [row.pk for row in bred(studio, world, "sample", seed=1)[:2]]
    film = breeding.film(actor=world.member, model=studio, stops=stops, frames=4)
    make_film(film, SilentReporter())
    with Image.open(io.BytesIO(bytes(film.data))) as made:
        assert (made.format, made.n_frames, made.size) == ("WEBP", 8, (64, 64))
    GeneratedImage.objects.filter(pk=stops[0]).delete()
    with pytest.raises(NothingLeft, match="not there any more"):
        make_film(film, SilentReporter())


def test_a_picture_is_found_in_the_model(studio: StudioModel, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.generation.walking.PROJECTION_STEPS", 3)
    gan = load_gan(studio)
    wanted = gan.paint(gan.mean_style()[None])[0]
    brood = breeding.project(actor=world.member, model=studio, upload=as_file(wanted))
    make_projection(Brood.objects.select_related("model__version").get(pk=brood.pk), SilentReporter())
    found = brood.pictures.get()
    assert (found.kind, found.organisation, found.is_publishable) == ("project", world.organisation, False)
    assert found.copying["projection"] < 0.1, "what the model paints itself is found again"


def test_a_projection_cannot_be_published_by_way_of_its_children(
    studio: StudioModel, world: World, django_assert_max_num_queries: Any
) -> None:
    other = bred(studio, world, "sample", seed=1, count=1)[0]
    shown = {"style": other.style, "picture": other.picture, "made_by": world.member}
    found = generated(studio, kind="project", organisation=world.organisation, **shown)
    same = bred(studio, world, "mutate", parents=[found.pk], strength=0, count=1)[0]
    changed = bred(studio, world, "mutate", parents=[found.pk], strength=3, count=1, seed=5)[0]
    back = bred(studio, world, "cross", parents=[changed.pk, same.pk], weights=[0, 1], strength=0, count=1)[0]
    for child in (same, back):
        assert (child.verdict, child.copying["shows_projection"]) == ("copy", True)
        with pytest.raises(services.StudioRefused, match="still shows the projected picture"):
            services.publish(actor=world.member, picture=child)
    assert (changed.depth, changed.verdict) == (1, "original")
    assert services.publish(actor=world.member, picture=changed).published_at is not None
    with django_assert_max_num_queries(5):
        assert projected_among([back, changed]) == [found]


def as_file(pixels: Any) -> Any:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(pixels.transpose(1, 2, 0)).save(out, "PNG")
    out.seek(0)
    return out


def test_directions_keep_the_names_that_people_gave(studio: StudioModel, world: World) -> None:
    from ml.gan.directions import Direction as Way

    vector = np.ones((studio.layers, studio.width), np.float32)
    ways = [Way("lighter", vector, "lightness", {"rises": 0.94}), Way("direction 1", vector)]
    assert finding.keep(studio, ways) == 2
    lighter, other = studio.directions.order_by("id")
    assert (lighter.name, lighter.kind, lighter.rises_percent) == ("lighter", "measured", 94)
    assert (other.name, other.kind, other.rises_percent) == ("unnamed 1", "found", None)
    services.rename_direction(actor=world.editor, direction=other, name="stormier")
    assert finding.keep(studio, [Way("lighter", 2 * vector, "lightness"), Way("direction 1", 2 * vector)]) == 2
    other.refresh_from_db()
    assert other.name == "stormier"
    assert np.frombuffer(bytes(other.vector), "<f4").max() == 2


def test_unmarked_pictures_are_forgotten_after_a_while(
    studio: StudioModel, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.generation.breeding.KEPT_UNMARKED", timedelta(0))
    parent, noted, unmarked, *_more = bred(studio, world, "sample", seed=1)
    bred(studio, world, "mutate", parents=[parent.pk], count=1)
    services.write_note(actor=world.member, picture=noted, note="Keep")
    assert breeding.forget_unmarked(world.outsider.pk) == 0
    with CaptureQueriesContext(connection) as asked:
        assert breeding.forget_unmarked(world.member.pk) == 3, "two of the first generation, and the child"
    read = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
    assert not any('"picture"' in sql for sql in read), "pictures are not read to be deleted"
    left = set(GeneratedImage.objects.values_list("pk", flat=True))
    assert left == {parent.pk, noted.pk}
    assert unmarked.pk not in left
