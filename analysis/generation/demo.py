"""The studio of the demo: its packaged model, pictures with children and grandchildren, some of them published, a film.

Nobody's answers in the quiz are invented: its human score begins empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.generation import asking, services
from analysis.generation.adopting import adopt
from analysis.generation.asking import CROSS, MUTATE, SAMPLE
from analysis.generation.models import Brood, Film, GeneratedImage, StudioModel
from artmarket.accounts.models import Organisation, User
from artmarket.accounts.ownership import Visibility
from artmarket.catalogue.models import ArtworkImage

FOLDER = Path(__file__).parent / "demo_model"
NAME = "Atelier in small"
SAMPLES, CHILDREN, STOPS, FRAMES = 24, 6, 4, 12
# The curator's choice among the samples of seeds 1 to 24, by their places: two landscapes first, whose children follow.
LIKED = (11, 15, 8, 9, 13, 0, 12, 18)


def make_studio(*, folder: Path = FOLDER) -> StudioModel | None:
    """Take in the demo's model and breed with it as its curator; what is there already is not made again.

    None where there is no demo.
    """
    atelier = Organisation.objects.filter(slug="demo").first()
    maker = User.objects.filter(username="curator").first()
    if atelier is None or maker is None:
        return None
    model = adopt(
        folder=folder,
        name=NAME,
        visibility=Visibility.PUBLIC,
        organisation=atelier,
        made_by=maker,
        images=learned_from(folder),
        is_invented=True,
    )
    if not model.broods.filter(made_by=maker).exists():
        breed_family(model, maker)
    if not model.films.filter(data__isnull=False).exists():
        make_walk(model, maker)
    return model


def learned_from(folder: Path) -> dict[str, ArtworkImage]:
    """The demo's pictures by the inventory numbers under which the model knows them; it learned from others besides."""
    from ml.gan.copying import Copying

    names = Copying.load(folder).names
    rows = ArtworkImage.objects.filter(is_primary=True, artwork__is_invented=True, artwork__inventory_number__in=names)
    return {row.artwork.inventory_number: row for row in rows.select_related("artwork").order_by("-pk")}


def breed_family(model: StudioModel, maker: User) -> None:
    """Samples, children of two of them, mutations of a third, and grandchildren across; what the curator likes is published."""
    first = bred(model, maker, SAMPLE, seed=1, count=SAMPLES)
    liked = usable([first[place] for place in LIKED])
    parents = liked[:4]
    crossed = bred(model, maker, CROSS, seed=2, parents=parents[:2], strength=0.2)
    mutated = bred(model, maker, MUTATE, seed=3, parents=parents[2:3], strength=0.6)
    pair = [usable(crossed)[0], usable(mutated)[0]]
    last = bred(model, maker, CROSS, seed=4, parents=pair, strength=0.3)
    for picture in [*liked, *usable(last)[:2]]:
        services.publish(actor=maker, picture=picture)
    for picture in [*parents, *usable(last)[:2]]:
        services.set_favourite(actor=maker, picture=picture, is_favourite=True)


def usable(pictures: Sequence[GeneratedImage]) -> list[GeneratedImage]:
    """Those that copy nothing."""
    return [each for each in pictures if each.is_publishable]


def bred(model: StudioModel, maker: User, how: str, *, seed: int, count: int = CHILDREN, **asked: Any) -> list[Any]:
    """A generation, made here and now: no worker runs while the demo is made."""
    from analysis.generation.making import make

    parents = [each.pk for each in asked.pop("parents", [])]
    ask = asking.checked(how, seed=seed, count=count, parents=parents, **asked)
    brood = Brood.objects.create(
        model=model, made_by=maker, organisation_id=model.organisation_id, asked=ask.to_json(), count=count
    )
    make(brood)
    return list(brood.pictures.order_by("position"))


def make_walk(model: StudioModel, maker: User) -> None:
    """A film between the first published pictures."""
    from analysis.generation.walking import make_film
    from ml.reporter import SilentReporter

    shown = model.pictures.filter(made_by=maker, published_at__isnull=False).order_by("pk")
    stops = list(shown.values_list("pk", flat=True)[:STOPS])
    film = Film.objects.create(
        model=model,
        made_by=maker,
        organisation_id=model.organisation_id,
        visibility=Visibility.PUBLIC,
        stops=stops,
        frames=FRAMES,
    )
    make_film(film, SilentReporter())
