"""What a commit writes, what a second one leaves alone, and that undoing restores exactly."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from artmarket.catalogue.models import Artist, Artwork
from artmarket.intake import running, services
from artmarket.intake.models import ImportRow
from artmarket.sales.models import Lot, LotArtwork, Sale
from tests.conftest import World
from tests.factories import ArtistFactory, LotFactory
from tests.intake.conftest import BAD, GOOD, HEADING, Start, commit, undo

TABLES = (Artist, Artwork, Sale, Lot, LotArtwork)


def everything() -> dict[str, list[dict[str, Any]]]:
    """All records of the catalogue and of sales, as they are."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}


def test_it_works(checked: Start, world: World) -> None:
    session = commit(checked())
    assert (Sale.objects.count(), Lot.objects.count(), Artwork.objects.count(), Artist.objects.count()) == (2, 3, 3, 2)
    lot = Lot.objects.get(sale__title="Spring", number="1")
    assert (lot.price, lot.price_basis, lot.currency, lot.outcome) == (Decimal(1200), "hammer", "EUR", "sold")
    work = lot.artworks.get()
    assert (work.artist.name, work.medium, work.height_cm) == ("Júlio Pomar", "oil", Decimal(60))
    assert work.organisation == world.organisation
    assert work.visibility == "private"
    assert set(session.rows.values_list("state", flat=True)) == {"committed"}


def test_the_same_file_twice_changes_nothing(checked: Start) -> None:
    commit(checked())
    before = everything()
    again = commit(checked())
    assert everything() == before
    assert again.report["states"] == {"unchanged": 3}


def test_a_later_file_changes_only_what_it_says_otherwise(checked: Start) -> None:
    commit(checked())
    Artwork.objects.filter(title="Tigre").update(style="neo-realism", date_text="1961")
    before = everything()
    session = commit(checked(HEADING + GOOD.replace("1500,1200", "1600,1300")))
    lot = Lot.objects.get(sale__title="Spring", number="1")
    assert (lot.estimate_high, lot.price) == (Decimal(1600), Decimal(1300))
    assert Artwork.objects.get(title="Tigre").style == "neo-realism"
    assert session.report["states"] == {"committed": 1, "unchanged": 2}
    undo(session)
    assert everything() == before


def test_a_lot_entered_by_hand_is_completed_not_doubled(checked: Start, world: World, house: Any) -> None:
    by_hand = LotFactory(
        sale__house=house, sale__date="2019-03-05", sale__title="Spring", sale__number="",
        sale__organisation=world.organisation, number="1", price=None, outcome="unknown",
        artwork__organisation=world.organisation,
    )  # fmt: skip
    before = everything()
    session = commit(checked())
    by_hand.refresh_from_db()
    assert by_hand.price == Decimal(1200)
    assert Lot.objects.filter(sale=by_hand.sale, number="1").count() == 1
    undo(session)
    assert everything() == before


def test_undo_restores_exactly(checked: Start) -> None:
    ArtistFactory(name="Somebody Else")
    before = everything()
    report = undo(commit(checked()))
    assert everything() == before
    assert report["kept_count"] == 0
    assert report["deleted"]["sales_lot"] == 3


def test_after_undoing_the_file_can_come_again(checked: Start) -> None:
    undo(commit(checked()))
    assert commit(checked()).report["states"] == {"committed": 3}


def test_undo_keeps_and_names_what_others_changed_or_use(checked: Start, world: World) -> None:
    session = commit(checked())
    changed = Artwork.objects.get(title="Tigre")
    changed.style = "neo-realism"
    changed.save()
    used = Artwork.objects.get(title="Macaco")
    LotFactory(artwork=used)
    report = undo(session)
    reasons = {(item["label"], item["reason"]) for item in report["kept"]}
    assert {("Tigre", "changed_since"), ("Macaco", "in_use"), ("Júlio Pomar", "in_use")} <= reasons
    assert Artwork.objects.filter(pk__in=[changed.pk, used.pk]).count() == 2
    assert not Artist.objects.filter(name__icontains="Seixas").exists()


def test_reject_all_writes_nothing_when_one_row_is_bad(checked: Start) -> None:
    session = checked(HEADING + GOOD + BAD, policy="reject_all")
    before = everything()
    with pytest.raises(services.IntakeError) as refused:
        commit(session)
    assert refused.value.code == "bad_rows"
    assert everything() == before
    session.refresh_from_db()
    assert session.state == "review"


def test_skip_bad_writes_the_rest_and_keeps_the_reason(checked: Start) -> None:
    session = commit(checked(HEADING + GOOD + BAD))
    assert session.report["states"] == {"committed": 3, "invalid": 1}
    refused = session.rows.get(state="invalid")
    assert refused.number == 5
    assert refused.errors[0]["code"] == "estimate_order"
    assert refused.raw[4] == "Cavalo"


def test_a_lot_that_stands_twice_is_told_and_loses_nothing_else(checked: Start) -> None:
    first = GOOD.splitlines(keepends=True)[0]
    session = commit(checked(HEADING + GOOD + first + first.replace("1200", "1250")))
    assert session.report["states"] == {"committed": 3, "skipped": 2}
    assert [issue["code"] for issue in session.report["issues"]] == ["duplicate", "duplicate_differs"]
    assert Lot.objects.get(sale__title="Spring", number="1").price == Decimal(1200)


def test_a_commit_cut_short_goes_on_where_it_stopped(checked: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    from artmarket.intake import commit as writing

    session = checked()
    monkeypatch.setattr(writing, "BATCH", 1)
    real, calls = writing.write_batch, iter(range(10))

    def dies_at_the_second(batch: Any) -> None:
        if next(calls) == 1:
            raise RuntimeError("killed")
        real(batch)

    monkeypatch.setattr(writing, "write_batch", dies_at_the_second)
    services.move(session, to="committing", allowed=("review",))
    with pytest.raises(RuntimeError):
        running.commit(session.pk)
    session.refresh_from_db()
    assert (session.state, session.error) == ("failed", "RuntimeError: killed")
    assert Lot.objects.count() == 1
    running.commit(session.pk)
    assert Lot.objects.count() == 3
    assert Artist.objects.count() == 2


def test_a_row_that_the_database_refuses_is_found_and_the_rest_is_kept(checked: Start) -> None:
    session = checked()
    row = session.rows.order_by("number")[1]
    row.parsed["lot"]["price"] = "-5"
    row.save()
    session = commit(session)
    assert session.report["states"] == {"committed": 2, "invalid": 1}
    assert session.rows.get(state="invalid").errors[-1]["code"] == "database"


def test_history_names_the_import_and_the_person(checked: Start, world: World) -> None:
    session = commit(checked())
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct c.metadata->>'import_session', c.metadata->>'user' from sales_lotevent e "
            "join pghistory_context c on c.id = e.pgh_context_id"
        )
        assert cursor.fetchall() == [(str(session.pk), str(world.editor.pk))]


def test_a_sale_of_another_organisation_is_not_touched(checked: Start, world: World, house: Any) -> None:
    LotFactory(
        sale__house=house, sale__date="2019-03-05", sale__title="Spring", sale__number="",
        sale__organisation=world.other_organisation, sale__visibility="private", number="1",
    )  # fmt: skip
    session = commit(checked())
    assert session.report["states"] == {"committed": 1, "invalid": 2}
    assert {error["code"] for row in session.rows.filter(state="invalid") for error in row.errors} == {"other_owner"}


def test_doubtful_artists_wait_for_a_choice_and_follow_it(checked: Start, world: World) -> None:
    known = ArtistFactory(
        name="Julio Pomarr", name_key="julio pomarr", organisation=world.organisation,
        birth_text="1926", birth_earliest="1926-01-01", birth_latest="1926-12-31",
    )  # fmt: skip
    session = checked()
    doubtful = session.rows.filter(state="doubtful")
    assert doubtful.count() == 2
    assert doubtful[0].candidates[0]["id"] == known.pk
    with pytest.raises(services.IntakeError):
        services.choose_artist(actor=world.editor, row=doubtful[0], artist_id=known.pk + 999)
    services.choose_artist(actor=world.editor, row=doubtful[0], artist_id=known.pk)
    assert not session.rows.filter(state="doubtful").exists()
    commit(session)
    assert known.artworks.count() == 2


def test_doubtful_rows_left_alone_are_written_later(checked: Start, world: World) -> None:
    ArtistFactory(name="Julio Pomarr", name_key="julio pomarr", birth_earliest="1926-01-01", birth_latest="1926-12-31")
    session = commit(checked())
    assert session.report["states"] == {"committed": 1, "doubtful": 2}
    services.accept_all_as_new(actor=world.editor, session=session)
    assert commit(session).report["states"] == {"committed": 3}
    assert Artist.objects.filter(name="Júlio Pomar").count() == 1


def test_a_map_is_remembered_for_the_house(checked: Start, start: Start) -> None:
    session = commit(checked())
    following = start(spec=None)
    assert following.column_map_id == session.column_map_id is not None
    assert following.spec == session.spec


def test_an_old_job_started_anew_leaves_a_written_import_alone(checked: Start) -> None:
    session = commit(checked())
    with pytest.raises(services.IntakeError):
        running.validate(session.pk)
    assert ImportRow.objects.filter(session=session, state="committed").count() == 3


def test_steps_queue_jobs_that_know_their_session(start: Start, world: World) -> None:
    session = start()
    job_id = services.request_validation(actor=world.editor, session=session)
    session.refresh_from_db()
    assert (session.state, session.job_id) == ("validating", job_id)
    with pytest.raises(services.IntakeError):
        services.request_validation(actor=world.editor, session=session)
