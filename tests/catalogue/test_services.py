"""Artists and works: texts are kept and understood, rules hold for every actor, merges can be undone."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from artmarket.catalogue import services
from artmarket.catalogue.models import Artist, Artwork
from tests.factories import ArtistFactory, ArtworkFactory

pytestmark = pytest.mark.django_db


def test_an_artist_is_understood(world) -> None:
    artist = services.create_artist(
        actor=world.editor,
        name="Henry Raeburn",
        birth_text="c. 1756",
        death_text="1823",
        organisation=world.organisation,
    )
    assert (artist.name_key, artist.sort_name) == ("henry raeburn", "Raeburn, Henry")
    assert (artist.birth_earliest, artist.death_latest) == (dt.date(1756, 1, 1), dt.date(1823, 12, 31))
    assert artist.birth_text == "c. 1756"


def test_a_work_is_understood(world) -> None:
    work = services.create_artwork(
        actor=world.editor,
        title="Harbour",
        date_text="c. 1901-1905",
        dimensions_text='10.25" x 9.00',
        medium_text="óleo sobre tela, assinado e datado de 1903",
        organisation=world.organisation,
    )
    work.refresh_from_db()
    assert (work.date_earliest.year, work.date_latest.year, work.date_circa) == (1901, 1905, True)
    assert (work.height_cm, work.width_cm) == (Decimal("26.04"), Decimal("22.86"))
    assert (work.medium, work.support) == ("oil", "canvas")
    assert work.signature.startswith("assinado")


def test_given_values_win_over_texts() -> None:
    work = services.create_artwork(
        actor=None, dimensions_text="10 x 20 cm", height_cm=Decimal(30), width_cm=Decimal(40), visibility="public"
    )
    assert (work.height_cm, work.width_cm, work.dimensions_text) == (30, 40, "10 x 20 cm")


def test_what_cannot_be_read_is_kept_as_text() -> None:
    work = services.create_artwork(actor=None, date_text="long ago", dimensions_text="tall", visibility="public")
    assert (work.date_text, work.date_earliest, work.dimensions_text, work.height_cm) == (
        "long ago",
        None,
        "tall",
        None,
    )


def test_a_changed_text_is_read_again() -> None:
    work = services.create_artwork(actor=None, date_text="1900", visibility="public")
    services.update_artwork(actor=None, artwork=work, title="New")
    assert work.date_earliest == dt.date(1900, 1, 1)
    services.update_artwork(actor=None, artwork=work, date_text="1910s")
    assert (work.date_earliest, work.date_latest) == (dt.date(1910, 1, 1), dt.date(1919, 12, 31))


@pytest.mark.parametrize("person", ["outsider", "member"])
def test_only_editors_write(world, person: str) -> None:
    actor, artist = getattr(world, person), ArtistFactory(organisation=world.organisation)
    with pytest.raises(PermissionDenied):
        services.create_artist(actor=actor, name="A B", organisation=world.organisation)
    with pytest.raises(PermissionDenied):
        services.update_artist(actor=actor, artist=artist, name="Other")
    with pytest.raises(PermissionDenied):
        services.create_artwork(actor=actor, title="T", visibility="public")
    artist.refresh_from_db()
    assert artist.name != "Other"
    assert not Artwork.objects.exists()


def test_a_record_is_not_given_to_strangers(world) -> None:
    work = ArtworkFactory(organisation=world.organisation)
    with pytest.raises(PermissionDenied):
        services.update_artwork(actor=world.editor, artwork=work, organisation=world.other_organisation)


def test_a_work_names_no_hidden_artist(world) -> None:
    hidden = ArtistFactory(organisation=world.other_organisation, visibility="private")
    with pytest.raises(ValidationError) as caught:
        services.create_artwork(actor=world.editor, title="T", artist=hidden, organisation=world.organisation)
    assert "artist" in caught.value.message_dict


def test_rules_name_their_reason(world) -> None:
    with pytest.raises(ValidationError, match="needs an owner"):
        services.create_artwork(actor=world.staff, title="T", visibility="private")
    with pytest.raises(ValidationError) as caught:
        services.create_artist(actor=world.staff, name="", visibility="public")
    assert "name" in caught.value.message_dict


def test_a_merge_and_its_undoing(world) -> None:
    kept = ArtistFactory(name="Jan Steen", organisation=world.organisation, other_names=["J. Steen"])
    merged = ArtistFactory(name="Johannes Steen", organisation=world.organisation, other_names=["J. Steen", "Steen"])
    works = [ArtworkFactory(artist=merged) for _ in range(2)]
    merge = services.merge_artists(actor=world.editor, kept=kept, merged=merged)
    kept.refresh_from_db()
    assert kept.artworks.count() == 2
    assert kept.other_names == ["J. Steen", "Johannes Steen", "Steen"]
    assert list(Artist.objects.current().filter(pk__in=[kept.pk, merged.pk])) == [kept]
    with pytest.raises(ValidationError, match="merged"):
        services.merge_artists(actor=world.editor, kept=kept, merged=merged)
    moved = ArtistFactory()
    Artwork.objects.filter(pk=works[0].pk).update(artist=moved)
    services.undo_merge(actor=world.editor, merge=merge)
    kept.refresh_from_db()
    assert (list(merged.artworks.all()), list(moved.artworks.all())) == ([works[1]], [works[0]])
    assert kept.other_names == ["J. Steen"]
    with pytest.raises(ValidationError, match="undone"):
        services.undo_merge(actor=world.editor, merge=merge)


def test_merging_asks_for_both(world) -> None:
    ours, theirs = ArtistFactory(organisation=world.organisation), ArtistFactory(organisation=world.other_organisation)
    with pytest.raises(PermissionDenied):
        services.merge_artists(actor=world.editor, kept=ours, merged=theirs)
    with pytest.raises(ValidationError, match="itself"):
        services.merge_artists(actor=world.editor, kept=ours, merged=ours)


def test_publishing_touches_only_what_may_be_edited(world) -> None:
    ours = ArtworkFactory(organisation=world.organisation, visibility="private")
    theirs = ArtworkFactory(organisation=world.other_organisation, visibility="private")
    orphan = ArtworkFactory(visibility="public")
    everything = Artwork.objects.all()
    assert services.set_visibility(actor=world.editor, records=everything, visibility="public") == (1, 2)
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.visibility, theirs.visibility) == ("public", "private")
    assert services.set_visibility(actor=world.staff, records=everything, visibility="private") == (2, 1)
    orphan.refresh_from_db()
    assert orphan.visibility == "public"


def test_external_ids_are_set_exactly(world) -> None:
    artist = ArtistFactory(organisation=world.organisation)
    services.set_external_ids(
        actor=world.editor, record=artist, ids=[("ulan", "", "500115493"), ("wikidata", "", "Q1")]
    )
    ids = services.set_external_ids(
        actor=world.editor, record=artist, ids=[("wikidata", "", "Q1"), ("wikidata", "", "Q1")]
    )
    assert [(item.scheme, item.value) for item in ids] == [("wikidata", "Q1")]
    with pytest.raises(ValidationError):
        services.set_external_ids(actor=world.editor, record=artist, ids=[("nonsense", "", "1")])


def test_history_keeps_each_version() -> None:
    artist = services.create_artist(actor=None, name="First", visibility="public")
    services.update_artist(actor=None, artist=artist, name="Second")
    from artmarket.catalogue import models

    events = models.ArtistEvent.objects.filter(pgh_obj_id=artist.pk).order_by("pgh_id")  # type: ignore[attr-defined]
    assert [event.name for event in events] == ["First", "Second"]


def ids_of(artist) -> set[tuple[str, str, str]]:
    return set(artist.external_ids.values_list("scheme", "namespace", "value"))


def test_external_ids_go_with_a_merge_and_come_back(world) -> None:
    kept, merged = (ArtistFactory(organisation=world.organisation) for _ in range(2))
    shared, own = ("ulan", "", "500012345"), {("wikidata", "", "Q1"), ("source", "lisbon", "12")}
    services.set_external_ids(actor=world.editor, record=kept, ids=[shared, ("source", "lisbon", "7")])
    services.set_external_ids(actor=world.editor, record=merged, ids=[shared, *own])
    before = [ids_of(kept), ids_of(merged)]
    merge = services.merge_artists(actor=world.editor, kept=kept, merged=merged)
    assert ids_of(kept) == {shared, ("source", "lisbon", "7"), *own}
    assert ids_of(merged) == {shared}
    services.undo_merge(actor=world.editor, merge=merge)
    assert [ids_of(kept), ids_of(merged)] == before


def test_an_id_that_went_elsewhere_after_a_merge_stays_there(world) -> None:
    kept, merged, third = (ArtistFactory(organisation=world.organisation) for _ in range(3))
    services.set_external_ids(actor=world.editor, record=merged, ids=[("ulan", "", "1")])
    merge = services.merge_artists(actor=world.editor, kept=kept, merged=merged)
    kept.external_ids.update(artist=third)
    services.undo_merge(actor=world.editor, merge=merge)
    assert (ids_of(third), ids_of(merged)) == ({("ulan", "", "1")}, set())


@pytest.mark.parametrize("scheme", ["ulan", "wikidata"])
def test_two_whom_an_authority_tells_apart_are_not_merged(world, scheme) -> None:
    kept, merged = (ArtistFactory(organisation=world.organisation) for _ in range(2))
    work = ArtworkFactory(artist=merged)
    for artist, number in [(kept, "Q1"), (merged, "Q2")]:
        services.set_external_ids(actor=world.editor, record=artist, ids=[(scheme, "", number)])
    with pytest.raises(ValidationError, match=r"tells them apart.*is Q1.*is Q2"):
        services.merge_artists(actor=world.editor, kept=kept, merged=merged)
    merged.refresh_from_db()
    work.refresh_from_db()
    assert (merged.merged_into, work.artist) == (None, merged)
    assert ids_of(merged) == {(scheme, "", "Q2")}
