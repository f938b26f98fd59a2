"""The machine learns how experts rate: from public ratings, with its error on unseen artists, or it says why not."""

from __future__ import annotations

import random
from statistics import fmean

import pytest
from django.urls import reverse

from analysis.appraisal import jobs, overview, services
from analysis.appraisal.models import Appraisal, Prediction, Rating
from analysis.appraisal.training import FEWEST_RATED, TooFewRated, fingerprint, lessons, train_ratings
from analysis.jobs.models import Job
from analysis.registry.models import ModelVersion
from artmarket.core import longwork
from artmarket.core.longwork import WorkCancelled
from ml.reporter import SilentReporter
from tests.appraisal.conftest import appraised, rated
from tests.factories import ArtistFactory, MembershipFactory, UserFactory
from tests.workers import wait_until

pytestmark = pytest.mark.django_db
WORKS = 44


class Context(SilentReporter):
    job_id = None


@pytest.fixture(autouse=True)
def models_dir(settings, tmp_path):
    settings.MODELS_DIR = tmp_path / "models"


@pytest.fixture
def school(world, criteria):
    """Works whose colour the experts like the better the lighter they are, give or take a point; by eleven artists."""
    dice = random.Random(2)
    experts = [world.member, world.owner, UserFactory(username="third")]
    MembershipFactory(user=experts[2], organisation=world.organisation, role="curator")
    artists = [ArtistFactory() for _number in range(11)]
    works = []
    for number in range(WORKS):
        light = dice.uniform(0.2, 0.8)
        work = appraised(artist=artists[number % 11], lightness=light, key=2 * light - 1)
        for expert in experts:
            score = round(min(7, max(1, 1 + 7 * light + dice.gauss(0, 0.6))))
            rated(expert, work, criteria["colour"], score)
        works.append(work)
    return works


def test_what_is_learned_foretells_works_that_were_held_out(world, school, criteria):
    unrated = appraised(lightness=0.75, key=0.5)
    result = jobs.train(Context())
    version = ModelVersion.objects.get(pk=result["model"])
    assert (version.kind, version.is_active, version.data_fingerprint) == ("appraisal", True, fingerprint(lessons()))
    figures = version.figures["colour"]
    assert figures["works"] == WORKS
    assert figures["mae"] < 0.7 * figures["mae_mean"], "better than always saying the mean"
    assert 0.6 < figures["coverage"] <= 1
    held_out = Prediction.objects.filter(is_held_out=True)
    assert held_out.count() == WORKS
    told = Prediction.objects.get(appraisal__image__artwork=unrated)
    assert not told.is_held_out
    assert told.low < told.middle < told.high <= 7
    assert told.middle > fmean(Rating.objects.values_list("score", flat=True)), "lighter than most, so rated above most"
    assert set(result["refused"]) == set(criteria) - {"colour"}


def test_the_card_says_what_it_learned_from_beside_its_control(school):
    jobs.train(Context())
    card = ModelVersion.objects.get().card
    assert card["data"] == [
        {"criterion": "colour", "works": WORKS, "ratings": 3 * WORKS, "artists": 11, "method": "ridge"}
    ]
    assert card["parts"][0]["controls"][0]["mae"] > card["parts"][0]["figures"]["mae"]
    assert set(card["left out"]) == {"composition", "technique", "expression", "originality"}


def test_too_few_rated_works_are_refused_with_their_number(world, criteria):
    for _number in range(FEWEST_RATED - 1):
        rated(world.member, appraised(), criteria["colour"], 4)
    with pytest.raises(TooFewRated, match=f"{FEWEST_RATED - 1} rated works are too few"):
        train_ratings(reporter=SilentReporter())
    assert not ModelVersion.objects.exists()
    assert not Prediction.objects.exists()


def test_works_rated_all_alike_teach_nothing(world, criteria):
    for _number in range(FEWEST_RATED):
        rated(world.member, appraised(), criteria["colour"], 4)
    with pytest.raises(TooFewRated, match="rated alike"):
        train_ratings(reporter=SilentReporter())


def test_private_works_and_withdrawn_ratings_teach_nobody(world, school, criteria):
    before = fingerprint(lessons())
    secret = appraised(visibility="private", organisation=world.organisation)
    rated(world.member, secret, criteria["colour"], 1)
    rated(world.member, appraised(), criteria["colour"], 1, withdrawn_at="2024-01-01T00:00Z")
    assert fingerprint(lessons()) == before


def test_nothing_is_trained_anew_while_nothing_changed(world, school, criteria):
    first = jobs.train(Context())["model"]
    assert jobs.train(Context())["unchanged"] == first
    rated(world.member, appraised(lightness=0.1), criteria["colour"], 7)
    second = jobs.train(Context())["model"]
    assert second != first
    assert set(Prediction.objects.values_list("model_version", flat=True)) == {second}


def test_new_pictures_are_foretold_when_they_are_measured(school, criteria):
    jobs.train(Context())
    late = appraised(lightness=0.3)
    assert jobs.make(Context())["predictions"] == 1
    assert Prediction.objects.filter(appraisal__image__artwork=late).count() == 1


def test_a_cancelled_training_keeps_nothing(school):
    class Stopped(Context):
        def should_stop(self):
            return True

    with pytest.raises(WorkCancelled):
        jobs.train(Stopped())
    assert not ModelVersion.objects.exists()


class TestOverview:
    def test_agreement_is_told_with_its_interval(self, world, school, criteria):
        standing = {each.criterion.code: each for each in overview.standings(world.member, None)}
        found = standing["colour"].agreement
        assert 0.5 < found["low"] < found["alpha"] < found["high"] <= 1
        assert (found["raters"], found["works"]) == (3, WORKS)
        assert standing["technique"].agreement is None

    def test_a_new_rating_is_reckoned_with_at_once(self, world, school, criteria):
        def alpha():
            return overview.agreements(world.member)["colour"]["alpha"]

        before = alpha()
        rating = Rating.objects.filter(rater=world.member).order_by("score").first()
        services.change_rating(actor=world.member, rating=rating, judgement=services.Judgement(7))
        assert alpha() < before

    def test_ratings_that_one_may_not_see_are_not_reckoned_with(self, world, criteria):
        for number in range(6):
            work = appraised(visibility="private", organisation=world.organisation)
            for user in (world.member, world.owner):
                rated(user, work, criteria["colour"], number + 1)
        assert overview.agreements(world.outsider) == {}
        assert overview.agreements(world.member)["colour"]["alpha"] == 1

    def test_where_they_differ_most_comes_first(self, world, school, criteria):
        odd = appraised(lightness=0.21, title="The odd one", artist=school[0].artist)
        for user in (world.member, world.owner):
            rated(user, odd, criteria["colour"], 7)
        jobs.train(Context())
        first, *rest = overview.differences(world.member)
        assert (first.work, first.mean, first.raters, first.is_outside) == (odd, 7, 2, True)
        assert all(abs(first.apart) >= abs(each.apart) for each in rest)
        assert overview.differences(world.member, "technique") == []

    def test_a_private_work_differs_before_its_own_people_alone(self, world, school, criteria):
        secret = appraised(visibility="private", organisation=world.organisation, lightness=0.21)
        rated(world.member, secret, criteria["colour"], 7)
        jobs.train(Context())
        shown = {user: [each.work for each in overview.differences(user)] for user in (world.member, world.outsider)}
        assert secret in shown[world.member]
        assert secret not in shown[world.outsider]

    def test_the_page_shows_it_all_for_few_queries(self, world, school, as_user, django_assert_max_num_queries):
        jobs.train(Context())
        client, url = as_user(world.member), reverse("appraisal:ratings-overview")
        client.get(url)
        with django_assert_max_num_queries(13):
            page = client.get(url).content.decode()
        assert "α" in page
        assert ModelVersion.objects.get().get_absolute_url() in page
        panel = client.get(reverse("appraisal:ratings-panel", args=[school[0].pk])).content.decode()
        assert "scale-band" in panel
        card = client.get(ModelVersion.objects.get().get_absolute_url()).content.decode()
        assert "always the mean" in card

    def test_who_may_have_it_trained(self, world, as_user, criteria):
        url = reverse("appraisal:train")
        for who, status in {"anonymous": 302, "editor": 403, "staff": 403}.items():
            assert as_user(getattr(world, who, None)).post(url).status_code == status
            assert not Job.objects.exists(), who
        for _time in range(2):
            as_user(world.member).post(url)
        assert Job.objects.get().kind == "appraisal.train"


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_says_why_it_cannot_learn(celery_worker_process, world, criteria):
    rated(world.member, appraised(), criteria["colour"], 4)
    celery_worker_process()
    job = Job.objects.get(pk=longwork.start(jobs.TRAIN, actor=None, parameters={}))
    wait_until(lambda: not Job.objects.get(pk=job.pk).is_unfinished, what="refused", seconds=90)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "1 rated works are too few to learn from" in job.error
    assert Appraisal.objects.exists()
