"""Pages of indices: what they show, who sees which, what is refused, how many queries they cost."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse

from analysis.indices.models import IndexDefinition
from analysis.indices.services import compute
from analysis.indices.showing import sparkline
from analysis.jobs.models import Job
from artmarket.sales.models import Lot
from ml.reporter import SilentReporter
from tests.factories import ArtistFactory

LIST, NEW = "/indices/", "/indices/new/"
FORM = {"scope": "auction:EUR", "period": "year", "fewest": "10", "visibility": "private", "medium": "", "movement": ""}


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    """Jobs are queued, and stay so."""
    monkeypatch.setattr("analysis.jobs.dispatch.send", lambda pk: None)


@pytest.fixture
def page(world, as_user):
    def get(path, user=None, **query):
        return as_user(user or world.member).get(path, query)

    return get


class TestThePageOfAnIndex:
    def test_it_shows_course_counts_methods_and_what_it_does_not_see(self, computed, page):
        answer = page(computed.get_absolute_url())
        text = answer.content.decode()
        assert answer.context["levels"]["series"][0]["points"][0] == [2012, 100.0, 100.0, 100.0]
        assert len(answer.context["levels"]["series"][0]["points"][1]) == 4
        assert [each["name"] for each in answer.context["beside"]["series"]] == [
            "hybrid",
            "hedonic",
            "repeat sales",
            "with bought-in lots",
        ]
        assert "In a weak market more works stay below their reserve" in text
        assert "The band is made to hold 90 % of true levels" in text
        assert computed.vintages.get(method="hybrid").fingerprint[:12] in text

    @pytest.mark.parametrize("method", ["hybrid", "hedonic", "repeat_sales", "censored"])
    def test_methods_can_be_switched(self, computed, page, method):
        answer = page(computed.get_absolute_url(), method=method)
        assert answer.context["vintage"].method == method

    def test_a_suppressed_point_is_a_gap_in_the_chart(self, definition, page):
        Lot.objects.filter(sale_date__year=2014, price__isnull=False).update(price=None, outcome="unknown")
        compute(definition=definition, reporter=SilentReporter())
        points = page(definition.get_absolute_url()).context["levels"]["series"][0]["points"]
        assert points[2] == [2014, None]
        assert [point[1] is None for point in points] == [False, False, True, False, False, False]
        assert (
            "1 period with fewer than 10 sales or pairs is left as a gap."
            in page(definition.get_absolute_url()).content.decode()
        )

    def test_revisions_are_shown_and_earlier_vintages_can_be_read(self, computed, page):
        first = computed.vintages.get(method="hybrid")
        lot = Lot.objects.filter(sale_date__year=2016, price__isnull=False).first()
        Lot.objects.filter(pk=lot.pk).update(price=lot.price * 5)
        compute(definition=computed, reporter=SilentReporter())
        newest = page(computed.get_absolute_url())
        assert newest.context["before"] == first
        assert newest.context["largest"].period == "2016"
        assert "The largest revision: 2016" in newest.content.decode()
        assert len(newest.context["vintages"]) == 2
        old = page(computed.get_absolute_url(), vintage=first.pk)
        assert old.context["vintage"] == first
        assert old.context["revisions"] == []

    def test_too_few_sales_are_said(self, definition, page):
        Lot.objects.filter(sale_date__year__gt=2012).delete()
        compute(definition=definition, reporter=SilentReporter())
        assert "All 3" in page(definition.get_absolute_url()).content.decode()

    def test_before_it_is_computed_it_says_so(self, definition, page):
        assert "Not computed yet" in page(definition.get_absolute_url()).content.decode()

    @pytest.mark.parametrize("query", [{"method": "guess"}, {"vintage": "x"}, {"vintage": "999999"}, {"vintage": "-1"}])
    def test_what_is_not_there_is_not_found(self, computed, page, query):
        assert page(computed.get_absolute_url(), **query).status_code == 404

    def test_another_indexs_vintage_is_not_shown_here(self, computed, private, page, world):
        foreign = private.vintages.first().pk
        assert page(computed.get_absolute_url(), world.outsider, vintage=foreign).status_code == 404

    def test_the_file_has_every_point(self, computed, page):
        answer = page(reverse("indices:index-file", args=[computed.pk]), method="hedonic")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert 'filename="index-' in answer["Content-Disposition"]
        rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
        points = computed.vintages.get(method="hedonic").points
        assert [row["period"] for row in rows] == [point["period"] for point in points]
        assert float(rows[3]["level"]) == points[3]["level"]


class TestTheList:
    def test_it_draws_a_line_for_each(self, computed, page):
        answer = page(LIST)
        text = answer.content.decode()
        assert "<polyline" in text
        assert "Whole market · years" in text
        assert 'points="' in text.split('class="sparkline"')[1][:400]

    def test_a_point_between_gaps_is_a_dot(self, computed):
        vintage = computed.vintages.get(method="hedonic", is_real=False)
        for point in vintage.points[1:]:
            point["level"] = None
        (dot,) = sparkline(vintage).stretches
        first, second = dot.split()
        assert first == second

    def test_it_can_be_narrowed(self, computed, artists, page):
        IndexDefinition.objects.create(
            market="auction", currency="EUR", artist=artists[0], visibility="public", fewest=5
        )
        assert len(page(LIST).context["rows"]) == 2
        assert [row[0].artist for row in page(LIST, text=artists[0].name[:8]).context["rows"]] == [artists[0]]
        assert page(LIST, market="dealer").context["rows"] == []
        assert "No index fits" in page(LIST, market="dealer").content.decode()

    def test_its_queries_do_not_grow_with_its_rows(
        self, computed, artists, world, as_user, django_assert_max_num_queries
    ):
        reader = as_user(world.member)
        reader.get(LIST)
        with django_assert_max_num_queries(8):
            reader.get(LIST)
        for artist in artists:
            made = IndexDefinition.objects.create(
                market="auction", currency="EUR", artist=artist, visibility="public", fewest=5
            )
            compute(definition=made, reporter=SilentReporter())
        with django_assert_max_num_queries(8):
            assert len(reader.get(LIST).context["rows"]) == 5


class TestWhoMaySeeWhat:
    def addresses(self, definition):
        return [definition.get_absolute_url(), reverse("indices:index-file", args=[definition.pk])]

    def test_a_public_index_is_for_everyone_signed_in(self, computed, world, as_user):
        for address in [*self.addresses(computed), LIST, NEW]:
            assert as_user(None).get(address).status_code == 302
            for person in (world.outsider, world.member, world.owner, world.staff):
                assert as_user(person).get(address).status_code == 200, (address, person)

    def test_a_private_index_is_its_organisations(self, private, world, as_user):
        for address in self.addresses(private):
            assert as_user(None).get(address).status_code == 302
            assert as_user(world.outsider).get(address).status_code == 404
            for person in (world.member, world.owner, world.staff):
                assert as_user(person).get(address).status_code == 200
        assert [row[0] for row in as_user(world.outsider).get(LIST).context["rows"]] == []
        assert [row[0] for row in as_user(world.member).get(LIST).context["rows"]] == [private]

    def test_an_index_of_a_hidden_artist_is_hidden(self, artists, world, as_user):
        artist = artists[0]
        made = IndexDefinition.objects.create(market="auction", currency="EUR", artist=artist, visibility="public")
        type(artist).objects.filter(pk=artist.pk).update(organisation=world.organisation, visibility="private")
        assert as_user(world.outsider).get(made.get_absolute_url()).status_code == 404
        assert as_user(world.member).get(made.get_absolute_url()).status_code == 200
        panel = reverse("indices:artist-panel", args=[artist.pk])
        assert as_user(world.outsider).get(panel).status_code == 404
        assert as_user(None).get(panel).status_code == 302

    def test_who_may_have_it_computed(self, private, world, as_user):
        address = reverse("indices:index-compute", args=[private.pk])
        expected = {None: 302, world.outsider: 404}
        for person, code in expected.items():
            assert as_user(person).post(address).status_code == code
            assert not Job.objects.exists()
        assert as_user(world.member).get(address).status_code == 405
        answer = as_user(world.member).post(address)
        job = Job.objects.get()
        assert answer["Location"] == reverse("jobs:job-detail", args=[job.pk])
        assert (job.kind, job.parameters, job.organisation) == (
            "indices.compute",
            {"definition": private.pk},
            world.organisation,
        )
        as_user(world.owner).post(address)
        assert Job.objects.count() == 1, "asked twice, computed once"
        assert "It is being computed" in as_user(world.member).get(private.get_absolute_url()).content.decode()


class TestNewIndices:
    def test_a_member_asks_for_one_and_it_is_computed(self, artists, world, as_user):
        body = {**FORM, "organisation": world.organisation.pk, "artist": artists[1].pk, "fewest": "5"}
        answer = as_user(world.member).post(NEW, body)
        made = IndexDefinition.objects.get()
        assert answer["Location"] == made.get_absolute_url()
        assert (made.artist, made.fewest, made.visibility) == (artists[1], 5, "private")
        assert Job.objects.get().parameters == {"definition": made.pk}

    def test_the_form_knows_the_artist_of_its_address(self, artists, page):
        answer = page(NEW, artist=artists[0].pk)
        assert answer.context["artist"] == artists[0]
        assert f'value="{artists[0].pk}"' in answer.content.decode()

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"visibility": "public"}, "You may not define this index for this organisation."),
            ({"scope": "moon:EUR"}, "Select a valid choice"),
            ({"fewest": "2"}, "greater than or equal to 3"),
            ({"organisation": "THEIRS"}, "Select a valid choice"),
            ({"artist": "HIDDEN"}, "Select a valid choice"),
            ({"artist": "KNOWN", "movement": "Cubism"}, "not of both"),
        ],
    )
    def test_what_is_refused_changes_nothing(self, artists, world, as_user, change, said):
        hidden = ArtistFactory(organisation=world.other_organisation, visibility="private")
        names = {"THEIRS": world.other_organisation.pk, "HIDDEN": hidden.pk, "KNOWN": artists[0].pk}
        body = {
            **FORM,
            "organisation": world.organisation.pk,
            **{key: names.get(value, value) for key, value in change.items()},
        }
        answer = as_user(world.member).post(NEW, body)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not IndexDefinition.objects.exists()
        assert not Job.objects.exists()

    def test_nobody_defines_without_signing_in(self, artists, world, as_user):
        assert as_user(None).post(NEW, {**FORM, "organisation": world.organisation.pk}).status_code == 302
        assert not IndexDefinition.objects.exists()


class TestTheArtistsPanel:
    def test_the_artists_page_loads_it(self, artists, page):
        assert (
            reverse("indices:artist-panel", args=[artists[0].pk])
            in page(artists[0].get_absolute_url()).content.decode()
        )

    def test_it_draws_the_artists_indices(self, artists, page):
        made = IndexDefinition.objects.create(
            market="auction", currency="EUR", artist=artists[0], visibility="public", fewest=3
        )
        compute(definition=made, reporter=SilentReporter())
        text = page(reverse("indices:artist-panel", args=[artists[0].pk])).content.decode()
        assert made.get_absolute_url() in text
        assert 'data-chart="line"' in text

    def test_without_one_it_offers_to_make_one(self, artists, page):
        text = page(reverse("indices:artist-panel", args=[artists[0].pk])).content.decode()
        assert "No index of this artist" in text
        assert f"{NEW}?artist={artists[0].pk}" in text
