"""Pages of opinions: what they say, who may open them, what is refused, how many queries they cost."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from analysis.attribution.models import AskedPicture, AttributionOpinion
from analysis.jobs.models import Job
from tests.attribution.conftest import make_model, make_opinion
from tests.factories import ArtistFactory, ArtworkFactory
from tests.pictures import encoded, painting
from tests.similarity.conftest import make_image

pytestmark = pytest.mark.django_db
PAGES = ("opinion-detail", "evidence")


def page_of(client, name, *args, **query) -> str:
    answer = client.get(reverse(f"attribution:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_opinion_shows_its_ranking_strength_tests_and_protocol(world, as_user, opine):
    page = page_of(as_user(world.member), "opinion-detail", opine().pk)
    for words in [
        "Ilse Marwand", "70\u00a0%", "20\u00a0%", "none of those known", "10\u00a0%",
        "Opinions of this strength were right on 80\u00a0% of 40 held-out works.",
        "38 : 1", "speaks moderately for the hand of Ilse Marwand", "1 : 20", "another hand than that of Otto Rival",
        "in 60 comparisons with held-out works 5\u00a0% of others", "one part of a protocol", "25\u00a0% of the most there can be",
        "2 parts for Ilse Marwand", "1 part for none of those known",
        "unusual", "5\u00a0% of the artist's own works lie as far from the others", "not measured: too few works",
    ]:  # fmt: skip
        assert words in page, words


def test_the_parts_are_drawn_on_the_picture(world, as_user, opine):
    page = page_of(as_user(world.member), "opinion-detail", opine().pk)
    assert 'viewBox="0 0 1000 750"' in page
    assert '<rect x="100.0" y="75.0" width="500.0" height="375.0"/>' in page
    assert page.count("<rect") == 2, "the whole picture has no frame of its own"


def test_heat_is_switched_between_for_and_against_and_between_names(world, as_user, opine, hands):
    opinion, client = opine(), as_user(world.member)
    test = opinion.verifications.get(artist=hands.rival)
    page = page_of(client, "evidence", opinion.pk, show="against", test=hands.rival.pk)
    assert reverse("attribution:heat", args=[test.pk, "against"]) in page
    assert "against Otto Rival" in page
    assert "<rect" not in page
    for side in ("for", "against"):
        answer = client.get(reverse("attribution:heat", args=[test.pk, side]))
        assert answer["Content-Type"] == "image/png"
        with Image.open(io.BytesIO(answer.content)) as heat:
            assert heat.mode == "RGBA"
            left, right = heat.getpixel((2, 2))[3], heat.getpixel((heat.width - 3, heat.height - 3))[3]
            assert (left > right) is (side == "for")
    assert client.get(reverse("attribution:heat", args=[test.pk, "sideways"])).status_code == 404


def test_an_abstention_says_why_and_shows_no_ranking(world, as_user, opine):
    opinion = opine(abstained="blank", candidates=[], parts=[], unknown=1.0, leading=None, leading_share=0)
    page = page_of(as_user(world.member), "opinion-detail", opinion.pk)
    assert "there is nothing to see a hand by" in page
    assert "Whose hand it may be" not in page
    assert "blank" in page_of(as_user(world.member), "opinion-list")


def test_a_hand_under_a_qualifier_is_named_so(world, as_user, opine, hands):
    candidates = [{"artist": f"{hands.master.pk}|follower_of", "probability": 0.9}]
    page = page_of(as_user(world.member), "opinion-detail", opine(candidates=candidates, parts=[]).pk)
    assert "follower of Ilse Marwand" in page


def test_an_artist_who_may_not_be_seen_is_not_named(world, as_user, opine, hands):
    opinion = opine()
    hands.master.visibility, hands.master.organisation = "private", world.organisation
    hands.master.save()
    assert "Ilse Marwand" in page_of(as_user(world.member), "opinion-detail", opinion.pk)
    outside = page_of(as_user(world.outsider), "opinion-detail", opinion.pk)
    assert "Ilse Marwand" not in outside
    assert "an artist whom you may not see" in outside


def test_the_nearest_works_by_the_hand_and_by_followers_stand_beside(world, as_user, hands, work_at):
    asked = work_at(1, 0, artist=hands.master, attribution="follower_of", title="Asked")
    work_at(1, 0.1, artist=hands.master, title="By the master")
    work_at(1, 0.2, artist=hands.master, attribution="copy_after", title="By a copyist")
    work_at(1, 0.3, artist=hands.rival, title="By the rival")
    work_at(1, 0.0, artist=hands.master, title="Secret", visibility="private", organisation=world.organisation)
    page = page_of(as_user(world.outsider), "opinion-detail", make_opinion(hands, asked).pk)
    own, others = page.split("Nearest by pupils, followers and copyists")
    assert "By the master" in own
    assert "By a copyist" in others
    assert "By the rival" not in page
    assert "Secret" not in page


@pytest.mark.parametrize("name", [*PAGES, "heat", "work", "artwork-panel"])
def test_who_may_open_a_private_work_s_opinion(world, as_user, opine, hands, name):
    work = ArtworkFactory(artist=hands.master, visibility="private", organisation=world.organisation)
    opinion = opine(work)
    args = {
        "heat": [opinion.verifications.first().pk, "for"],
        "work": [work.pk],
        "artwork-panel": [work.pk],
    }.get(name, [opinion.pk])
    url = reverse(f"attribution:{name}", args=args)
    codes = {who: as_user(getattr(world, who)).get(url).status_code for who in ("outsider", "member", "owner", "staff")}
    assert codes == {"outsider": 404, "member": 200, "owner": 200, "staff": 200}
    assert as_user(None).get(url).status_code == 302


@pytest.mark.parametrize("name", ["ask", "verify"])
def test_strangers_ask_nothing_of_a_private_work(world, as_user, opine, hands, name):
    work = ArtworkFactory(artist=hands.master, visibility="private", organisation=world.organisation)
    opinion = opine(work)
    url = reverse(f"attribution:{name}", args=[work.pk if name == "ask" else opinion.pk])
    for who, code in ((None, 302), (world.outsider, 404)):
        assert as_user(who).post(url, {"artist": hands.rival.pk}).status_code == code
    assert not Job.objects.exists()


def test_the_panel_offers_asks_waits_and_shows(world, as_user, hands):
    work = ArtworkFactory(artist=hands.rival, attribution="follower_of")
    client, panel = as_user(world.member), reverse("attribution:artwork-panel", args=[work.pk])
    assert "no picture" in client.get(panel).content.decode()
    make_image(work)
    assert "Ask whose hand it is" in client.get(panel).content.decode()
    asked = client.post(reverse("attribution:ask", args=[work.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "A worker is looking" in asked
    assert "hx-trigger" in asked
    job = Job.objects.get()
    assert (job.kind, job.queue, job.asked_by) == ("attribution.opine", "gpu-fast", world.member)
    client.post(reverse("attribution:ask", args=[work.pk]))
    assert Job.objects.count() == 1
    make_opinion(hands, work)
    shown = client.get(panel).content.decode()
    assert "70\u00a0%" in shown
    assert "A worker is looking" not in shown


def test_without_a_model_nothing_can_be_asked(world, as_user, db):
    work = ArtworkFactory()
    make_image(work)
    client = as_user(world.member)
    assert "has been trained yet" in client.get(reverse("attribution:artwork-panel", args=[work.pk])).content.decode()
    assert (
        "has been trained yet"
        in client.post(reverse("attribution:ask", args=[work.pk]), headers={"HX-Request": "true"}).content.decode()
    )
    for name in ("opinion-list", "send-picture"):
        assert "No model tells hands apart yet" in page_of(client, name)
    assert not Job.objects.exists()


def test_the_list_shows_the_active_model_s_opinions_beside_the_record(world, as_user, opine, hands):
    differing, agreeing = opine(), opine(ArtworkFactory(title="Agreed upon", artist=hands.master))
    older = make_model(hands.master, is_active=False)
    opine(ArtworkFactory(title="Of an older model"), model_version=older)
    client = as_user(world.member)
    page = page_of(client, "opinion-list")
    assert "Agreed upon" in page
    assert "Of an older model" not in page
    assert "Of an older model" in page_of(client, "opinion-list", model=older.pk)
    only = page_of(client, "opinion-list", stands="differs")
    assert differing.get_absolute_url() in only
    assert agreeing.get_absolute_url() not in only


def test_doubt_agrees_with_a_record_that_doubts(world, as_user, opine, hands):
    unknown = {"first": 0.2, "unknown": 0.7}
    from tests.attribution.conftest import said

    doubted = opine(**said(hands.master, hands.rival, **unknown))
    certain = opine(ArtworkFactory(artist=hands.master), **said(hands.master, hands.rival, **unknown))
    page = page_of(as_user(world.member), "opinion-list", stands="agrees")
    assert doubted.get_absolute_url() in page
    assert certain.get_absolute_url() not in page


def test_all_open_works_are_looked_at_by_one_job(world, as_user, hands):
    wanted = [ArtworkFactory(artist=None), ArtworkFactory(attribution="studio_of")]
    for work in [
        *wanted,
        ArtworkFactory(),
        ArtworkFactory(artist=None, visibility="private", organisation=world.organisation),
    ]:
        make_image(work)
    ArtworkFactory(artist=None, title="without a picture")
    client = as_user(world.outsider)
    assert "2 works whose hand is open" in page_of(client, "opinion-list")
    client.post(reverse("attribution:ask-open"))
    client.post(reverse("attribution:ask-open"))
    job = Job.objects.get()
    assert job.queue == "gpu"
    assert job.parameters == {"work_ids": sorted(work.pk for work in wanted)}
    assert str(job.label).replace("'", "&#x27;") in page_of(client, "opinion-list")


def test_a_name_is_put_to_the_test_by_a_worker(world, as_user, opine, hands):
    third = ArtistFactory(name="Third Hand")
    hands.model.parameters["artists"].append(str(third.pk))
    hands.model.save()
    opinion, client = opine(), as_user(world.member)
    url = reverse("attribution:verify", args=[opinion.pk])
    answer = client.post(url, {"artist": third.pk})
    job = Job.objects.get()
    assert job.parameters == {"opinion_id": opinion.pk, "artist_id": third.pk}
    assert f"wait={job.pk}" in answer.url
    assert "putting the name to the test" in client.get(answer.url).content.decode()
    assert "wait=" not in client.post(url, {"artist": hands.master.pk}).url
    unknown = ArtistFactory()
    client.post(url, {"artist": unknown.pk})
    assert Job.objects.count() == 1


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("mine.jpg", encoded(painting(300, 200)))


def test_a_sent_picture_waits_and_its_opinion_is_its_asker_s_alone(world, as_user, hands, space):
    client = as_user(world.member)
    answer = client.post(reverse("attribution:send-picture"), {"picture": picture()})
    asked = AskedPicture.objects.get()
    assert answer.url == asked.get_absolute_url()
    assert asked.search is not None
    assert "A worker is looking" in page_of(client, "picture", asked.pk)
    names = ("picture", "picture-wait", "sent-picture")
    for name in names:
        url = reverse(f"attribution:{name}", args=[asked.pk])
        assert [as_user(who).get(url).status_code for who in (None, world.outsider, world.staff)] == [302, 404, 404]
    from tests.attribution.conftest import said

    opinion = AttributionOpinion.objects.create(
        asked_picture=asked, model_version=hands.model, inputs_sha256="b" * 64, **said(hands.master, hands.rival)
    )
    waited = client.get(reverse("attribution:picture-wait", args=[asked.pk]), headers={"HX-Request": "true"})
    assert waited["HX-Redirect"] == opinion.get_absolute_url()
    page = page_of(client, "opinion-detail", opinion.pk)
    assert reverse("attribution:sent-picture", args=[asked.pk]) in page
    assert "What curators made of it" not in page
    for who, code in ((None, 302), (world.outsider, 404), (world.staff, 404)):
        assert as_user(who).get(opinion.get_absolute_url()).status_code == code


def test_a_refused_picture_says_why(world, as_user, hands):
    bad = SimpleUploadedFile("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    answer = as_user(world.member).post(reverse("attribution:send-picture"), {"picture": bad})
    assert answer.status_code == 422
    assert "SVG" in answer.content.decode()
    assert as_user(world.member).post(reverse("attribution:send-picture")).status_code == 422
    assert not AskedPicture.objects.exists()


def test_pages_cost_as_many_queries_for_many_as_for_one(world, as_user, opine, django_assert_max_num_queries):
    client = as_user(world.member)
    opinion = opine()
    client.get(reverse("attribution:opinion-list"))
    for _each in range(12):
        opine()
    with django_assert_max_num_queries(12):
        page_of(client, "opinion-list")
    with django_assert_max_num_queries(22):
        page_of(client, "opinion-detail", opinion.pk)
    with django_assert_max_num_queries(10):
        page_of(client, "artwork-panel", opinion.artwork_id)
