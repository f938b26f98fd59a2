"""Pages of appraisals: who sees them, what they say, and what they cost."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse

from analysis.appraisal import places, showing
from analysis.appraisal.models import SORTED, Appraisal
from analysis.jobs.models import Job
from ml.appraisal import MEASURES
from ml.appraisal.places import FEWEST
from tests.appraisal.conftest import appraised, measured, pictured
from tests.factories import ArtistFactory, ArtworkFactory

PEOPLE = ("anonymous", "outsider", "member", "editor", "owner", "staff")
PRIVATE = {"anonymous": 302, "outsider": 404, "member": 200, "editor": 200, "owner": 200, "staff": 200}
LIST, COMPARE, EXPORT = (reverse(f"appraisal:{name}") for name in ("work-list", "compare", "export"))


@pytest.fixture
def secret(world):
    return appraised(visibility="private", organisation=world.organisation, title="Locked away")


def page(as_user, who, url, **query):
    answer = as_user(who).get(url, query)
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def test_who_may_see_an_appraisal(world, as_user, secret):
    for name in ("artwork-panel", "artwork"):
        url = reverse(f"appraisal:{name}", args=[secret.pk])
        assert {who: as_user(getattr(world, who, None)).get(url).status_code for who in PEOPLE} == PRIVATE, name


def test_a_private_work_is_in_nobody_else_s_list_comparison_or_file(world, as_user, secret):
    shared = appraised(title="For all")
    for url, query in (
        (LIST, {}),
        (COMPARE, {"work": [secret.pk, shared.pk]}),
        (EXPORT, {}),
        (COMPARE, {"text": "locked"}),
    ):
        assert "Locked away" not in page(as_user, world.outsider, url, **query), url
        assert "Locked away" in page(as_user, world.member, url, **query), url


def test_who_may_ask_for_an_appraisal_and_the_refused_start_nothing(world, as_user):
    work = pictured(visibility="private", organisation=world.organisation)
    url = reverse("appraisal:appraise", args=[work.pk])
    for who, status in {"anonymous": 302, "outsider": 404}.items():
        assert as_user(getattr(world, who, None)).post(url).status_code == status
        assert not Job.objects.exists()
    assert as_user(world.member).get(url).status_code == 405
    for _time in range(2):
        assert as_user(world.member).post(url).status_code == 302
    job = Job.objects.get()
    assert (job.kind, job.parameters) == ("appraisal.make_one", {"image_id": work.images.get().pk})
    panel = page(as_user, world.member, reverse("appraisal:artwork-panel", args=[work.pk]))
    assert "A worker is looking at the picture" in panel


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("bare", "There is no picture of this work"),
        ("new", "has not been measured yet"),
        ("refused", "one tone all over"),
    ],
)
def test_a_work_without_measures_says_why(world, as_user, state, said):
    work = ArtworkFactory() if state == "bare" else pictured()
    if state == "refused":
        Appraisal.objects.create(
            image=work.images.get(), code_version="1", inputs_sha256="0", state="refused", reason="blank"
        )
    for name in ("artwork-panel", "artwork"):
        assert said in page(as_user, world.member, reverse(f"appraisal:{name}", args=[work.pk])), name


def test_looking_again_forgets_the_refusal(world, as_user):
    work = pictured()
    Appraisal.objects.create(
        image=work.images.get(), code_version="1", inputs_sha256="0", state="refused", reason="blank"
    )
    as_user(world.member).post(reverse("appraisal:appraise", args=[work.pk]))
    assert not Appraisal.objects.exists()
    assert Job.objects.exists()


class TestPlaces:
    @pytest.fixture
    def oeuvre(self, world):
        """Twenty works of one artist in the 1880s, ever lighter, ten of somebody else."""
        artist = ArtistFactory(name="Ada Brush")
        made = {"date_earliest": dt.date(1884, 1, 1), "date_latest": dt.date(1884, 12, 31)}
        own = [appraised(lightness=0.2 + 0.02 * number, artist=artist, **made) for number in range(20)]
        for _number in range(10):
            appraised(lightness=0.9, **made)
        return own

    def ask(self, user, work):
        appraisal = Appraisal.objects.get(image__artwork=work)
        return places.places_of(user, appraisal, work)

    def test_a_work_stands_among_its_artist_s_and_its_period_s(self, world, oeuvre):
        found = {place.crowd.name: place for place in self.ask(world.member, oeuvre[3])["lightness"]}
        assert {name: place.count for name, place in found.items()} == {"decade": 19, "artist": 19, "period": 29}
        assert found["artist"].below == pytest.approx(3 / 19)
        assert found["period"].below == pytest.approx(3 / 29)
        assert showing.in_words(found["decade"]) == "darker than 84 % of 19 works by Ada Brush of the 1880s"

    def test_bars_count_every_other_work_once_and_the_mark_stands_between_the_ends(self, world, oeuvre):
        for work in (oeuvre[0], oeuvre[10], oeuvre[19]):
            for place in self.ask(world.member, work)["lightness"]:
                assert sum(place.bars) == place.count
                assert 0 <= place.position <= 1
        assert self.ask(world.member, oeuvre[0])["lightness"][1].position == 0

    def test_ties_count_half(self, world, oeuvre):
        place = self.ask(world.member, oeuvre[0])["contrast"][0]
        assert place.below == 0.5

    def test_too_few_others_give_no_place(self, world):
        artist = ArtistFactory()
        works = [appraised(artist=artist, date_earliest=None, date_latest=None) for _number in range(FEWEST)]
        assert self.ask(world.member, works[0]) == {}
        appraised(artist=artist)
        assert {place.count for place in self.ask(world.member, works[0])["lightness"]} == {FEWEST}

    def test_an_angle_has_no_place(self, world, oeuvre):
        assert "direction" not in self.ask(world.member, oeuvre[0])

    def test_what_one_may_not_see_is_not_counted(self, world, oeuvre):
        type(oeuvre[0]).objects.filter(pk__in=[work.pk for work in oeuvre[10:]]).update(
            visibility="private", organisation=world.organisation
        )
        theirs, ours = (self.ask(user, oeuvre[0])["lightness"][-1] for user in (world.outsider, world.member))
        assert (theirs.count, ours.count) == (19, 29)

    def test_followers_and_secondary_pictures_and_other_code_count_in_no_oeuvre(self, world, oeuvre):
        appraised(artist=oeuvre[0].artist, attribution="follower_of")
        Appraisal.objects.filter(image__artwork=oeuvre[5]).update(code_version="older")
        found = {place.crowd.name: place.count for place in self.ask(world.member, oeuvre[0])["lightness"]}
        assert found["artist"] == 18


def test_the_panel_has_palette_overlays_strips_and_text(world, as_user):
    artist = ArtistFactory(name="Ada Brush")
    works = [appraised(artist=artist, lightness=0.1 + 0.02 * number) for number in range(14)]
    panel = page(as_user, world.member, reverse("appraisal:artwork-panel", args=[works[0].pk]))
    assert "darker than all 13 works by Ada Brush" in panel
    assert "Its main colours are" in panel or "Two colours carry" in panel or "Nearly all" in panel
    for part in ('data-layer="thirds"', 'class="palette-bar"', 'class="strip-mark"', 'value="saliency"'):
        assert part in panel, part
    assert reverse("appraisal:artwork-panel", args=[works[0].pk]) in page(
        as_user, world.member, works[0].get_absolute_url()
    )


def test_the_page_names_every_measure_with_its_source_and_shares_what_is_laid_over(world, as_user):
    work = appraised()
    found = page(as_user, world.member, reverse("appraisal:artwork", args=[work.pk]), overlay=["thirds", "nonsense"])
    for name in MEASURES:
        assert str(showing.MEASURES[name]) in found, name
    assert "Hasler" in found
    assert 'value="thirds" checked' in found
    assert found.count(" checked") == 1
    assert "There are too few other works" in found


def test_the_list_is_sorted_by_a_measure_and_filtered_as_works_are(world, as_user):
    for title, value in (("Noon", 0.9), ("Dusk", 0.2), ("Morning", 0.6)):
        appraised(title=title, lightness=value, medium="ink" if title == "Noon" else "oil")

    def titles(**query):
        return [work.title for work, _value, _swatches in as_user(world.member).get(LIST, query).context["cards"]]

    assert titles(order="lightness") == ["Noon", "Morning", "Dusk"]
    assert titles(order="lightness-low") == ["Dusk", "Morning", "Noon"]
    assert titles(order="lightness", medium="oil") == ["Morning", "Dusk"]
    assert titles(order="lightness", text="dusk") == ["Dusk"]
    assert len(titles(order="nonsense")) == 3


def test_every_order_has_pages(world, as_user, monkeypatch):
    monkeypatch.setattr("analysis.appraisal.views.PAGE_CARDS", 2)
    for _number in range(3):
        appraised()
    for name in SORTED:
        for order in (name, f"{name}-low"):
            first = as_user(world.member).get(LIST, {"order": order})
            second = as_user(world.member).get(f"{LIST}?{first.context['page'].next_query}")
            shown = [work.pk for answer in (first, second) for work, _value, _swatches in answer.context["cards"]]
            assert len(set(shown)) == 3, order


def test_the_file_has_what_the_list_shows_and_no_formula(world, as_user):
    appraised(title="=HYPERLINK(1)", medium="ink")
    appraised(title="Oil", medium="oil")
    lines = list(csv.DictReader(io.StringIO(page(as_user, world.member, EXPORT, medium="ink"))))
    assert [line["title"] for line in lines] == ["'=HYPERLINK(1)"]
    assert set(MEASURES) <= set(lines[0])
    assert float(lines[0]["lightness"]) == pytest.approx(measured()["measures"]["lightness"])


class TestComparing:
    def test_two_to_four_works_stand_beside_each_other(self, world, as_user):
        works = [appraised(lightness=0.1 * number, title=f"Tide {number}") for number in range(1, 6)]
        context = as_user(world.member).get(COMPARE, {"work": [work.pk for work in works]}).context
        assert [column["work"] for column in context["columns"]] == works[:4]
        (line,) = [line for _label, lines in context["groups"] for line in lines if str(line.label) == "Lightness"]
        places = [mark.x for mark in line.marks]
        assert places == sorted(places)
        assert places[0] == 10

    def test_one_work_is_offered_others_of_its_artist_to_stand_beside(self, world, as_user):
        first = appraised(title="One")
        other, stranger = appraised(title="Kin", artist=first.artist), appraised(title="Stranger")
        context = as_user(world.member).get(COMPARE, {"work": first.pk}).context
        assert context["others"] == [other]
        assert not context["groups"]
        found = as_user(world.member).get(COMPARE, {"work": first.pk, "text": "stranger"}).context["others"]
        assert found == [stranger]

    @pytest.mark.parametrize("asked", [[], ["x"], ["9" * 30], [999999], ["1'"]])
    def test_nonsense_is_passed_over(self, world, as_user, asked):
        assert as_user(world.member).get(COMPARE, {"work": asked}).status_code == 200

    def test_a_work_that_was_not_measured_stands_without_figures(self, world, as_user):
        works = [appraised(), pictured()]
        found = page(as_user, world.member, COMPARE, work=[work.pk for work in works])
        assert "This picture has not been measured." in found


def test_pages_cost_the_same_for_many_works(world, as_user, django_assert_max_num_queries):
    artist = ArtistFactory()
    works = [appraised(artist=artist) for _number in range(FEWEST + 6)]
    client = as_user(world.member)
    asked = "&".join(f"work={work.pk}" for work in works[:4])
    for url, most in (
        (reverse("appraisal:artwork-panel", args=[works[0].pk]), 8),
        (reverse("appraisal:artwork", args=[works[0].pk]), 8),
        (LIST, 9),
        (f"{COMPARE}?{asked}", 12),
    ):
        client.get(url)
        with django_assert_max_num_queries(most):
            client.get(url)
