"""Pages of dossiers: making one, reading and checking it, withdrawing it, and who may do which."""

from __future__ import annotations

import pypdfium2
import pytest
from django.urls import reverse

from analysis.dossier import services
from analysis.dossier.models import Dossier
from analysis.dossier.purposes import Terms
from artmarket.sales.premium import Band, set_schedule
from tests.dossier.conftest import TITLE
from tests.factories import LotFactory, MembershipFactory

PEOPLE = ("anonymous", "outsider", "member", "editor", "owner", "staff")
OURS_ALONE = {"anonymous": 302, "outsider": 404, "member": 200, "editor": 200, "owner": 200, "staff": 200}


def new_url(valuation) -> str:
    return reverse("dossier:dossier-new", args=[valuation.pk])


def ask(world, **more):
    return {"purpose": "auction", "organisation": world.organisation.pk, **more}


@pytest.mark.parametrize("name", ["dossier-detail", "dossier-pdf", "dossier-picture"])
def test_who_may_read_a_dossier(world, dossier, as_user, name):
    url = reverse(f"dossier:{name}", args=[dossier.pk])
    assert {who: as_user(getattr(world, who, None)).get(url).status_code for who in PEOPLE} == OURS_ALONE


def test_lists_and_checks_show_strangers_nothing(world, dossier, as_user):
    for url in (reverse("dossier:dossier-list"), reverse("dossier:dossier-check") + f"?hash={dossier.content_sha256}"):
        assert as_user(None).get(url).status_code == 302
        assert TITLE not in as_user(world.outsider).get(url).content.decode()
        assert TITLE in as_user(world.member).get(url).content.decode()


def test_who_may_make_one(world, valuation, as_user):
    allowed = {"member", "editor", "owner"}
    for who in PEOPLE:
        before = Dossier.objects.count()
        answer = as_user(getattr(world, who, None)).post(new_url(valuation), ask(world))
        assert (Dossier.objects.count() == before + 1) == (who in allowed), who
        assert answer.status_code == (302 if who in allowed or who == "anonymous" else 422), who


def test_who_may_withdraw_one(world, valuation, as_user):
    expected = {"anonymous": 302, "outsider": 404, "editor": 403, "staff": 403, "member": 302, "owner": 302}
    for who, status in expected.items():
        dossier = services.make_dossier(
            actor=world.member, valuation=valuation, organisation=world.organisation, purpose="auction", terms=Terms(),
            check_at=who,
        )  # fmt: skip
        url = reverse("dossier:dossier-withdraw", args=[dossier.pk])
        assert as_user(getattr(world, who, None)).post(url, {"reason": "Wrong work"}).status_code == status, who
        dossier.refresh_from_db()
        assert (dossier.withdrawn_at is not None) == (who in {"member", "owner"}), who


def test_withdrawing_needs_a_reason_and_is_said_on_the_page(world, dossier, as_user):
    client, url = as_user(world.member), reverse("dossier:dossier-withdraw", args=[dossier.pk])
    assert client.post(url, {"reason": " "}).status_code == 422
    page = client.post(url, {"reason": "The signature proved false"}, follow=True).content.decode()
    assert "The signature proved false" in page
    assert url not in page
    assert "withdrawn" in client.get(reverse("dossier:dossier-list")).content.decode()
    assert client.get(url).status_code == 405


def test_an_estimate_becomes_a_dossier_and_a_pdf(world, valuation, as_user):
    client = as_user(world.member)
    assert client.get(new_url(valuation)).status_code == 200
    terms = {"premium_percent": "25", "retail_margin_percent": "10", "costs": "150"}
    answer = client.post(new_url(valuation), ask(world, purpose="insurance", **terms))
    dossier = Dossier.objects.get()
    assert answer.url == dossier.get_absolute_url()
    page = client.get(answer.url).content.decode()
    assert "EUR\u00a03,725" in page
    assert "Walk-in" in page
    assert "walk_in" not in page
    pdf = client.get(reverse("dossier:dossier-pdf", args=[dossier.pk]))
    assert pdf["Content-Type"] == "application/pdf"
    assert dossier.reference in pdf["Content-Disposition"]
    document = pypdfium2.PdfDocument(pdf.content)
    texts = [page.get_textpage().get_text_range() for page in document]
    assert "EUR 3,725" in texts[0]
    assert any("Walk-in" in text for text in texts)
    assert not any("walk_in" in text for text in texts)
    document.close()


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"purpose": "insurance"}, "Say which premium"),
        ({"purpose": "divorce"}, "divorce"),
        ({"commission_percent": "101"}, "100"),
        ({"fees": "-1"}, "greater than or equal to 0"),
        ({"premium_percent": "100"}, "99.99"),
    ],
)
def test_bad_terms_are_named_and_make_nothing(world, valuation, as_user, bad, said):
    answer = as_user(world.member).post(new_url(valuation), ask(world, **bad))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Dossier.objects.exists()


def test_a_premium_that_nobody_knows_is_asked_for_at_its_field(world, valuation, as_user):
    answer = as_user(world.member).post(new_url(valuation), ask(world, purpose="insurance"))
    assert list(answer.context["form"].errors) == ["premium_percent"]


def test_the_schedule_of_the_lots_house_is_used_and_named(world, valuation, as_user):
    lot = LotFactory(artwork=valuation.artwork)
    house = lot.sale.house
    set_schedule(
        house=house, currency="EUR", valid_from=valuation.effective_date, bands=[Band(0, "0.3")], source="its site"
    )
    valuation.lot = lot
    valuation.save()
    as_user(world.member).post(new_url(valuation), ask(world, purpose="insurance"))
    facts = Dossier.objects.get().facts
    assert facts["purpose"]["headline"] == ["3380.00"]
    assert house.name in facts["purpose"]["assumptions"]["Buyer's premium"]


def test_a_person_of_two_organisations_says_for_which(world, valuation, as_user):
    MembershipFactory(user=world.member, organisation=world.other_organisation, role="dealer")
    client = as_user(world.member)
    assert client.post(new_url(valuation), {"purpose": "auction"}).status_code == 422
    client.post(new_url(valuation), ask(world, organisation=world.other_organisation.pk))
    assert Dossier.objects.get().organisation == world.other_organisation


@pytest.mark.parametrize("way", [str, str.upper, lambda text: " ".join(text[i : i + 8] for i in range(0, 64, 8))])
def test_a_printed_hash_is_found_as_people_type_it(world, dossier, as_user, way):
    page = as_user(world.member).get(reverse("dossier:dossier-check"), {"hash": way(dossier.content_sha256)})
    assert "genuine" in page.content.decode()
    assert page.context["found"].pdf_holds


@pytest.mark.parametrize("wrong", ["0" * 64, "abc", "g" * 64, "'; drop table"])
def test_a_wrong_hash_is_not_found(world, dossier, as_user, wrong):
    page = as_user(world.member).get(reverse("dossier:dossier-check"), {"hash": wrong}).content.decode()
    assert "Not found" in page
    assert TITLE not in page


def test_lists_are_narrowed_and_cost_few_queries(world, dossier, valuation, as_user, django_assert_max_num_queries):
    client, url = as_user(world.member), reverse("dossier:dossier-list")
    assert TITLE in client.get(url, {"purpose": "auction", "text": "harbour", "state": "valid"}).content.decode()
    assert "No dossier fits" in client.get(url, {"purpose": "insurance"}).content.decode()
    for number in range(7):
        services.make_dossier(
            actor=world.member, valuation=valuation, organisation=world.organisation, purpose="auction", terms=Terms(),
            check_at=str(number),
        )  # fmt: skip
    with django_assert_max_num_queries(7) as captured:
        assert client.get(url).content.decode().count(dossier.title) >= 8
    assert not any('"content"' in query["sql"] for query in captured), "a list reads no contents"


def test_a_list_without_dossiers_says_how_to_make_one(world, as_user):
    assert "No dossier yet" in as_user(world.member).get(reverse("dossier:dossier-list")).content.decode()
