"""What becomes of a finished picture: kept, shared, taken back, thrown away, forgotten."""

from __future__ import annotations

import datetime as dt
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from analysis.jobs.models import Job
from analysis.styletransfer import forgetting, services
from analysis.styletransfer.models import ContentPicture, StyledImage
from analysis.styletransfer.sources import StylingRefused
from analysis.styletransfer.uploading import take_picture
from analysis.styletransfer.wishes import Wish
from artmarket.catalogue.models import ArtworkImage
from artmarket.celery import app
from tests.pictures import encoded, painting
from tests.styletransfer.conftest import finish, wish

pytestmark = pytest.mark.django_db


def seen_by(world, styled) -> set[str]:
    people = ("outsider", "member", "editor", "owner", "staff")
    return {name for name in people if StyledImage.objects.visible_to(getattr(world, name)).filter(pk=styled.pk)}


def test_a_picture_is_its_maker_s_until_it_is_kept_for_the_organisation(world, restyled):
    styled = restyled(world.member, organisation=world.organisation)
    assert seen_by(world, styled) == {"member", "staff"}
    services.keep(styled=styled, note="  For the spring show. ")
    assert seen_by(world, styled) == {"member", "editor", "owner", "staff"}
    assert styled.note == "For the spring show."
    services.keep(styled=styled, is_kept=False)
    assert seen_by(world, styled) == {"member", "staff"}


def test_who_leaves_the_organisation_leaves_its_pictures(world, restyled):
    styled = restyled(world.member, organisation=world.organisation, is_kept=True)
    world.member.memberships.all().delete()
    del world.member._roles_by_organisation
    assert seen_by(world, styled) == {"editor", "owner", "staff"}


def test_only_a_finished_picture_is_kept_or_shared(world, restyled):
    styled = restyled(world.member, is_done=False)
    for act in (services.keep, services.share):
        with pytest.raises(StylingRefused) as refused:
            act(styled=styled)
        assert refused.value.code == "not_done"


def test_a_link_taken_back_is_another_one_the_next_time(world, restyled):
    styled = services.share(styled=restyled(world.member))
    first = styled.share_token
    assert services.share(styled=styled).share_token == first
    services.unshare(styled=styled)
    assert (styled.share_token, styled.shared_at) == (None, None)
    assert services.share(styled=styled).share_token not in {None, first}


@pytest.mark.parametrize("gone", ["content", "style"])
def test_what_was_made_from_a_picture_that_is_gone_stays_in_the_house(world, restyled, content, style, gone):
    secret = {"content": content, "style": style}[gone]
    secret.visibility, secret.organisation = "private", world.organisation
    secret.save()
    styled = restyled(world.member, organisation=world.organisation)
    ArtworkImage.objects.filter(artwork=secret).delete()
    styled = StyledImage.objects.get(pk=styled.pk)
    for act in (services.check_may_leave, services.check_may_be_shared):
        with pytest.raises(StylingRefused) as refused:
            act(styled)
        assert refused.value.code == "held_back"
    with pytest.raises(StylingRefused):
        services.share(styled=styled)


def test_a_run_is_stopped_and_tried_again(world, restyled):
    styled = restyled(world.member, is_done=False)
    services.try_again(actor=world.member, styled=styled)
    assert Job.objects.count() == 1, "it is under way"
    services.cancel(actor=world.member, styled=styled)
    styled.refresh_from_db()
    assert styled.state == "cancelled"
    services.try_again(actor=world.member, styled=styled)
    styled.refresh_from_db()
    assert styled.state == "waiting"
    assert Job.objects.count() == 2


def test_thrown_away_its_files_go_and_its_run_stops(world, restyled, style, django_capture_on_commit_callbacks):
    sent = take_picture(actor=world.member, source=io.BytesIO(encoded(painting(200, 150))))
    asked = Wish(content=sent, styles=wish(style, style).styles, longest_px=256)
    first = finish(services.restyle(actor=world.member, wish=asked))
    second = services.restyle(actor=world.member, wish=Wish(content=sent, styles=asked.styles, longest_px=512))
    files = [*forgetting.files_of(first), sent.file.name]
    assert all(default_storage.exists(name) for name in files)
    with django_capture_on_commit_callbacks(execute=True):
        forgetting.discard(actor=world.member, styled=first)
    assert [default_storage.exists(name) for name in files] == [False, False, False, True]
    with django_capture_on_commit_callbacks(execute=True):
        forgetting.discard(actor=world.member, styled=second)
    assert not default_storage.exists(sent.file.name)
    assert not ContentPicture.objects.exists()
    assert Job.objects.get(pk=second.job_id).cancel_requested


def test_a_picture_is_thrown_away_though_its_run_has_just_ended(world, restyled, django_capture_on_commit_callbacks):
    seen = restyled(world.member, is_done=False)
    assert seen.state == "waiting"
    Job.objects.filter(pk=seen.job_id).update(state="succeeded", finished_at=timezone.now())
    finished = finish(StyledImage.objects.get())
    with django_capture_on_commit_callbacks(execute=True):
        forgetting.discard(actor=world.member, styled=seen)
    assert not StyledImage.objects.exists()
    assert not default_storage.exists(finished.result.name)


def aged(restyled, world) -> dict[str, StyledImage]:
    """A picture of each fate; all but one a week old."""
    found = {
        "lost": restyled(world.member, strength=10),
        "kept": restyled(world.member, strength=20, is_kept=True),
        "shared": services.share(styled=restyled(world.member, strength=30)),
        "young": restyled(world.member, strength=40),
        "waiting": restyled(world.member, strength=50, is_done=False),
    }
    StyledImage.objects.exclude(pk=found["young"].pk).update(created_at=timezone.now() - dt.timedelta(days=8))
    return found


def old_content(world) -> ContentPicture:
    sent = take_picture(actor=world.member, source=io.BytesIO(encoded(painting(200, 150))))
    ContentPicture.objects.update(created_at=timezone.now() - dt.timedelta(days=8))
    return sent


def test_what_nobody_keeps_or_shares_is_forgotten_after_a_week(world, restyled, django_capture_on_commit_callbacks):
    pictures, sent = aged(restyled, world), old_content(world)
    files = [pictures["lost"].result.name, sent.file.name]
    with django_capture_on_commit_callbacks() as when_certain:
        assert forgetting.forget_unkept() == 1
    assert set(StyledImage.objects.all()) == {picture for name, picture in pictures.items() if name != "lost"}
    assert not ContentPicture.objects.exists()
    assert all(default_storage.exists(name) for name in files), "rows that come back need their files"
    for delete in when_certain:
        delete()
    assert not any(default_storage.exists(name) for name in files)


def test_the_clock_forgets_all_though_nobody_asks(world, restyled, settings, monkeypatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 1)
    for strength in (10, 20, 30):
        restyled(world.member, strength=strength)
    StyledImage.objects.update(created_at=timezone.now() - dt.timedelta(days=8))
    task = settings.CELERY_BEAT_SCHEDULE["forget unkept pictures"]["task"]
    app.loader.import_default_modules()
    app.tasks[task]()
    assert not StyledImage.objects.exists()


def test_a_picture_that_was_just_forgotten_is_refused_in_words(world, style):
    sent = old_content(world)
    with pytest.raises(StylingRefused) as refused:
        services.restyle(actor=world.member, wish=Wish(content=sent, styles=wish(style, style).styles[:1]))
    assert refused.value.code == "not_found"


@pytest.mark.django_db(transaction=True)
def test_what_is_being_kept_at_this_moment_is_not_forgotten(world, restyled):
    styled = restyled(world.member)
    StyledImage.objects.update(created_at=timezone.now() - dt.timedelta(days=8))

    def forget() -> int:
        try:
            return forgetting.forget_unkept()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        services.keep(styled=styled)
        assert other.submit(forget).result(timeout=20) == 0
    assert default_storage.exists(StyledImage.objects.get().result.name)
