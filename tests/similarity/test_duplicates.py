"""Possible duplicates: found once, shown to those who see both works, decided by those who keep one, undoable."""

from __future__ import annotations

import io

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image

from analysis.similarity import deciding
from analysis.similarity.finding_duplicates import find_duplicates
from analysis.similarity.models import LookedThrough, PossibleDuplicate
from analysis.similarity.queries import active_space
from artmarket.catalogue.models import ArtworkImage
from artmarket.catalogue.renditions import rendition_path
from ml.reporter import SilentReporter
from tests.factories import ArtworkFactory
from tests.similarity.conftest import add_vector, make_image

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def scene(seed: int) -> Image.Image:
    random = np.random.default_rng(seed)
    patches = Image.fromarray(random.integers(0, 255, (20, 20, 3), np.uint8))
    return patches.resize((256, 256), Image.Resampling.BICUBIC)


def hang(space, picture: Image.Image, vector=(1, 0), **fields) -> ArtworkImage:
    image, out = make_image(ArtworkFactory(**fields)), io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=92)
    default_storage.save(rendition_path(image.sha256, "square"), ContentFile(out.getvalue()))
    add_vector(space, image, vector)
    return image


@pytest.fixture
def pair(world, space):
    """A public work of ours and a black-and-white photograph of it on another record of ours."""
    mine = {"visibility": "public", "organisation": world.organisation}
    first = hang(space, scene(1), title="First", **mine)
    second = hang(space, scene(1).convert("L"), title="Second", **mine)
    hang(space, scene(2), (1, 0.1), title="Another")
    find_duplicates(active_space(), SilentReporter())
    return PossibleDuplicate.objects.get(first=first, second=second)


def test_other_photographs_are_found_and_other_works_are_not(pair):
    assert PossibleDuplicate.objects.count() == 1
    assert pair.probability > 0.9
    assert pair.evidence["correlation"] > 0.9
    assert pair.state == "open"


def test_the_very_same_file_needs_no_look(space, world):
    first = hang(space, scene(3), (0, 1))
    second = make_image(ArtworkFactory())
    ArtworkImage.objects.filter(pk=second.pk).update(sha256=first.sha256)
    add_vector(space, second, (1, 0))
    find_duplicates(active_space(), SilentReporter())
    found = PossibleDuplicate.objects.get()
    assert (found.kind, found.probability) == ("file", 1.0)


def test_looking_again_finds_nothing_twice_and_asks_nothing_dismissed(pair, world, space):
    deciding.decide(actor=world.editor, pair=pair, decision="dismiss")
    assert find_duplicates(active_space(), SilentReporter()) == 0
    LookedThrough.objects.all().delete()
    find_duplicates(active_space(), SilentReporter())
    assert PossibleDuplicate.objects.get().state == "dismissed"


def test_a_stopped_run_goes_on(space, world, monkeypatch):
    from analysis.similarity import finding_duplicates
    from ml.reporter import Cancelled

    for seed in (1, 1, 1):
        hang(space, scene(seed))
    monkeypatch.setattr(finding_duplicates, "PAGE", 2)

    class Stopping(SilentReporter):
        asked = 0

        def should_stop(self) -> bool:
            self.asked += 1
            return self.asked > 1

    with pytest.raises(Cancelled):
        find_duplicates(active_space(), Stopping())
    assert LookedThrough.objects.count() == 2
    find_duplicates(active_space(), SilentReporter())
    assert PossibleDuplicate.objects.count() == 3


def test_two_pictures_of_one_record_are_no_duplicates(space):
    first = hang(space, scene(1))
    second = make_image(first.artwork, is_primary=False)
    add_vector(space, second, (1, 0))
    assert find_duplicates(active_space(), SilentReporter()) == 0


def test_gathering_moves_pictures_and_undoing_gives_them_back(pair, world):
    other = pair.second.artwork
    deciding.decide(actor=world.editor, pair=pair, decision="gather")
    assert set(pair.first.artwork.images.values_list("pk", flat=True)) == {pair.first_id, pair.second_id}
    assert pair.first.artwork.images.filter(is_primary=True).count() == 1
    assert not other.images.exists()
    pair.refresh_from_db()
    deciding.undo(actor=world.editor, pair=pair)
    assert other.images.get().is_primary
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by, pair.moved) == ("open", None, {})


def test_a_pair_is_decided_once(pair, world):
    deciding.decide(actor=world.editor, pair=pair, decision="same")
    with pytest.raises(ValidationError, match="decided before"):
        deciding.decide(actor=world.editor, pair=pair, decision="dismiss")
    with pytest.raises(ValidationError, match="one of"):
        deciding.decide(actor=world.editor, pair=deciding.undo(actor=world.editor, pair=pair), decision="burn")


@pytest.mark.parametrize("who", ["outsider", "member"])
def test_those_who_may_not_change_a_work_decide_nothing(pair, world, who):
    for decision in ("same", "gather", "dismiss"):
        with pytest.raises(PermissionDenied):
            deciding.decide(actor=getattr(world, who), pair=pair, decision=decision)
    pair.refresh_from_db()
    assert pair.state == "open"
    assert pair.second.artwork.images.count() == 1


def test_pictures_are_gathered_only_by_who_may_change_both(pair, world):
    type(pair.second.artwork).objects.filter(pk=pair.second.artwork_id).update(organisation=world.other_organisation)
    with pytest.raises(PermissionDenied):
        deciding.decide(actor=world.editor, pair=pair, decision="gather")
    assert ArtworkImage.objects.get(pk=pair.second_id).artwork_id != pair.first.artwork_id


def test_who_may_open_and_decide_by_page(pair, world, as_user):
    decide = reverse("similarity:duplicate-decide", args=[pair.pk])
    assert as_user(None).post(decide, {"decision": "same"}).status_code in {302, 401, 403}
    assert as_user(world.outsider).post(decide, {"decision": "same"}).status_code == 403
    assert as_user(world.member).post(decide, {"decision": "same"}).status_code == 403
    assert PossibleDuplicate.objects.get().state == "open"
    assert (
        as_user(world.editor)
        .post(decide, {"decision": "same", "next": "https://elsewhere.example/"})
        .url.startswith("/")
    )
    assert PossibleDuplicate.objects.get().decided_by == world.editor
    assert as_user(world.editor).post(reverse("similarity:duplicate-undo", args=[pair.pk])).status_code == 302
    assert PossibleDuplicate.objects.get().state == "open"


def test_a_pair_with_a_private_work_is_hidden_from_others(pair, world, as_user):
    type(pair.second.artwork).objects.filter(pk=pair.second.artwork_id).update(visibility="private")
    queue = reverse("similarity:duplicate-list")
    assert "Second" not in as_user(world.outsider).get(queue).content.decode()
    assert "Second" in as_user(world.member).get(queue).content.decode()
    decide = reverse("similarity:duplicate-decide", args=[pair.pk])
    assert as_user(world.outsider).post(decide, {"decision": "same"}).status_code == 404


def test_the_queue_shows_buttons_to_those_who_may_press_them(pair, world, as_user):
    queue = reverse("similarity:duplicate-list")
    assert 'value="gather"' in as_user(world.editor).get(queue).content.decode()
    assert 'value="same"' not in as_user(world.member).get(queue).content.decode()
    assert "Nothing here" in as_user(world.editor).get(queue, {"state": "dismissed"}).content.decode()


def test_a_works_panel_names_its_pair_and_is_empty_otherwise(pair, world, as_user):
    panel = as_user(world.member).get(reverse("similarity:artwork-duplicates", args=[pair.first.artwork_id]))
    assert "Perhaps on record twice" in panel.content.decode()
    alone = as_user(world.member).get(reverse("similarity:artwork-duplicates", args=[ArtworkFactory().pk]))
    assert alone.content.strip() == b""


def test_the_queue_costs_as_many_queries_for_one_pair_as_for_many(
    pair, world, space, as_user, django_assert_max_num_queries
):
    for seed in (1, 1):
        hang(space, scene(seed), visibility="public", organisation=world.organisation)
    find_duplicates(active_space(), SilentReporter())
    assert PossibleDuplicate.objects.count() > 4
    client = as_user(world.editor)
    client.get(reverse("similarity:duplicate-list"))
    with django_assert_max_num_queries(8):
        client.get(reverse("similarity:duplicate-list"))


def test_the_api_lists_and_decides(pair, world, as_user):
    url = "/api/v1/possible-duplicates/"
    (row,) = as_user(world.member).get(url, {"state": "open"}).json()["results"]
    assert (row["first_image"], row["second_image"]) == (pair.first_id, pair.second_id)
    assert as_user(None).get(url).status_code in {401, 403}
    decide = f"{url}{pair.pk}/decide/"
    body = {"decision": "same"}
    for who in (world.outsider, world.member):
        assert as_user(who).post(decide, body, content_type="application/json").status_code == 403
    assert PossibleDuplicate.objects.get().state == "open"
    client = as_user(world.editor)
    assert client.post(decide, {"decision": "burn"}, content_type="application/json").status_code in {400, 422}
    assert client.post(decide, body, content_type="application/json").json()["state"] == "same"
    assert client.post(decide, body, content_type="application/json").status_code in {400, 409, 422}
    assert client.post(f"{url}{pair.pk}/undo/", content_type="application/json").json()["state"] == "open"
