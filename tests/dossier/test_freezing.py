"""A dossier stays as it was made: in the database, on its page and in its PDF, whatever becomes of the records."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pypdfium2
import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from analysis.dossier import queries, services
from analysis.dossier.content import canonical
from analysis.dossier.models import Dossier
from analysis.dossier.pdf import render
from analysis.dossier.purposes import Terms
from analysis.registry.models import ModelVersion
from analysis.valuation.models import Valuation
from artmarket.catalogue.models import Artist, Artwork
from artmarket.sales.models import Lot, Sale
from tests.dossier.conftest import TITLE
from tests.factories import MembershipFactory

ROOT = Path(__file__).resolve().parent.parent.parent
ANEW = (
    "import sys, django, hashlib, pathlib; django.setup(); from analysis.dossier.pdf import render; "
    "content, picture = map(pathlib.Path, sys.argv[1:]); "
    "print(hashlib.sha256(render(content.read_text(), picture.read_bytes())).hexdigest())"
)


def pdf_of(dossier: Dossier) -> bytes:
    return render(dossier.content, bytes(dossier.picture))


def words_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    document.close()
    return pages


def make(world, valuation, **changed):
    given = {"actor": world.member, "organisation": world.organisation, "purpose": "auction", "terms": Terms()}
    return services.make_dossier(valuation=valuation, **given | changed)


def test_it_says_all_that_the_estimate_stands_on(dossier, valuation):
    facts = dossier.facts
    assert facts["work"]["title"] == TITLE
    assert facts["purpose"]["headline"] == ["800.00", "2600.00"]
    assert facts["estimate"]["bands"] == {
        "50": ["1200.00", "1900.00"], "80": ["800.00", "2600.00"], "95": ["500.00", "4000.00"]
    }  # fmt: skip
    assert [each["price"] for each in facts["comparables"]] == ["900.00", "1700.00"]
    assert facts["comparables"][0]["adjustments"] == [["size", "100.00"], ["market level since", "-50.00"]]
    assert facts["comparables"][0]["adjusted"] == "950.00"
    assert (facts["data"]["offers"], facts["data"]["sold"]) == (3500, 2900)
    assert facts["data"]["inputs_sha256"] == valuation.inputs_sha256
    assert facts["model"]["sha256"] == "c" * 64
    assert "612" in facts["model"]["measured"]
    assert len(facts["limits"]) >= 2
    start, changes = facts["waterfall"]["start"][1], [change for _name, change in facts["waterfall"]["points"]]
    assert start + sum(changes) == pytest.approx(1500)
    assert (facts["organisation"], facts["prepared_by"]) == ("Ours", "member")


def test_its_hash_is_that_of_its_canonical_content(dossier):
    assert dossier.content_sha256 == sha256(dossier.content.encode()).hexdigest()
    assert canonical(json.loads(dossier.content)) == dossier.content
    assert dossier.picture_sha256 == sha256(bytes(dossier.picture)).hexdigest() == dossier.facts["picture"]["sha256"]
    assert dossier.pdf_sha256 == sha256(pdf_of(dossier)).hexdigest()


def test_another_process_makes_the_same_pdf(dossier, tmp_path):
    content, picture = tmp_path / "content.json", tmp_path / "picture.jpg"
    content.write_text(dossier.content)
    picture.write_bytes(bytes(dossier.picture))
    environment = os.environ | {"PYTHONHASHSEED": "7", "LANG": "zh_CN.UTF-8", "TZ": "Asia/Tokyo"}
    done = subprocess.run(
        [sys.executable, "-c", ANEW, str(content), str(picture)], capture_output=True, text=True, cwd=ROOT, env=environment
    )  # fmt: skip
    assert done.stdout.strip() == dossier.pdf_sha256, done.stderr


def test_nothing_that_happens_to_the_records_changes_it(world, as_user, dossier, valuation):
    client = as_user(world.member)
    page, pdf = client.get(dossier.get_absolute_url()).content.decode(), pdf_of(dossier)
    Artwork.objects.update(title="Another", provenance="", medium_text="gouache", height_cm=5)
    Artist.objects.update(name="Somebody else")
    Lot.objects.update(price=1)
    Sale.objects.update(visibility="private", organisation=world.other_organisation)
    ModelVersion.objects.update(figures={}, name="Newer", sha256="")
    unknown = dict.fromkeys(("low_50", "high_50", "low_95", "high_95"))
    Valuation.objects.filter(pk=valuation.pk).update(low=1, middle=2, high=3, **unknown)
    Artwork.objects.get(pk=dossier.artwork_id).images.all().delete()
    found = queries.find_dossier(world.member, dossier.pk)
    assert pdf_of(found) == pdf
    later = client.get(dossier.get_absolute_url()).content.decode()
    assert TITLE in later
    assert without_tokens(later) == without_tokens(page)


def without_tokens(page: str) -> list[str]:
    """The page without the tokens that each answer has anew."""
    return [line for line in page.splitlines() if "csrf" not in line and "X-CSRFToken" not in line]


def test_it_outlives_its_estimate_and_its_work(world, dossier, valuation):
    before = pdf_of(dossier)
    valuation.delete()
    Artwork.objects.filter(pk=dossier.artwork_id).delete()
    found = Dossier.objects.get(pk=dossier.pk)
    assert (found.valuation_id, found.artwork_id) == (None, None)
    assert pdf_of(found) == before
    assert queries.check(world.member, found.content_sha256).is_whole


@pytest.mark.parametrize(
    "change",
    [
        "content = replace(content, '800', '900')", "content_sha256 = repeat('0', 64)", "pdf_sha256 = ''", "picture = null",
        "picture_sha256 = ''", "title = 'x'", "purpose = 'insurance'", "effective_date = '2020-01-01'",
        "visibility = 'public'", "organisation_id = null", "created_at = now()",
    ],
)  # fmt: skip
def test_the_database_refuses_to_change_it(dossier, change):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update dossier_dossier set {change}")  # noqa: S608
    assert Dossier.objects.get(pk=dossier.pk).content == dossier.content


def test_the_database_refuses_to_delete_it(dossier):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("delete from dossier_dossier")
    assert Dossier.objects.filter(pk=dossier.pk).exists()


def test_it_is_withdrawn_once_and_with_a_reason(world, dossier):
    pdf = pdf_of(dossier)
    for reason in ("", "   ", "x" * 501):
        with pytest.raises(services.DossierRefused):
            services.withdraw(actor=world.member, dossier=dossier, reason=reason)
    found = services.withdraw(actor=world.owner, dossier=dossier, reason="The  attribution was wrong")
    assert (found.withdrawn_reason, found.withdrawn_by) == ("The attribution was wrong", world.owner)
    assert pdf_of(found) == pdf
    with pytest.raises(services.DossierRefused) as refused:
        services.withdraw(actor=world.owner, dossier=dossier, reason="again")
    assert refused.value.code == "already_withdrawn"
    for change in ("withdrawn_at = null, withdrawn_reason = ''", "withdrawn_reason = 'other'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"update dossier_dossier set {change}")  # noqa: S608


def test_only_its_maker_or_an_owner_withdraws_it(world, dossier):
    for person in (world.editor, world.outsider, world.staff):
        with pytest.raises(PermissionDenied):
            services.withdraw(actor=person, dossier=dossier, reason="no")
    world.member.memberships.all().delete()
    world.member.__dict__.pop("_roles_by_organisation", None)
    with pytest.raises(PermissionDenied):
        services.withdraw(actor=world.member, dossier=dossier, reason="no")
    assert Dossier.objects.get().withdrawn_at is None


def test_no_secret_of_one_organisation_is_told_to_another(world, valuation):
    MembershipFactory(user=world.member, organisation=world.other_organisation, role="dealer")
    Artwork.objects.filter(pk=valuation.artwork_id).update(visibility="private", organisation=world.organisation)
    world.member.__dict__.pop("_roles_by_organisation", None)
    with pytest.raises(services.DossierRefused) as refused:
        make(world, valuation, organisation=world.other_organisation)
    assert refused.value.code == "not_yours"
    assert make(world, valuation).organisation == world.organisation


def test_a_comparable_that_not_all_may_see_is_left_out(world, valuation):
    MembershipFactory(user=world.member, organisation=world.other_organisation, role="dealer")
    world.member.__dict__.pop("_roles_by_organisation", None)
    hidden = valuation.comparables[0]["lot"]
    Sale.objects.filter(lots=hidden).update(visibility="private", organisation=world.other_organisation)
    assert [each["lot"] for each in make(world, valuation).facts["comparables"]] == [valuation.comparables[1]["lot"]]


def test_who_is_no_member_makes_none(world, valuation):
    for person in (world.outsider, world.staff):
        with pytest.raises(PermissionDenied):
            make(world, valuation, actor=person)
    assert not Dossier.objects.exists()


def test_an_abstention_is_not_frozen(world, valuation):
    none = Valuation.objects.create(
        artwork=valuation.artwork, model_version=valuation.model_version, effective_date=valuation.effective_date,
        currency="EUR", price_basis="hammer", abstained="no_sales", inputs_sha256="e" * 64, visibility="public",
    )  # fmt: skip
    with pytest.raises(services.DossierRefused) as refused:
        make(world, none)
    assert refused.value.code == "no_estimate"


def test_each_page_carries_the_hash_and_any_script_is_readable(dossier):
    pages = words_of(pdf_of(dossier))
    assert len(pages) >= 3
    assert all(dossier.content_sha256 in page for page in pages)
    assert "雨前的港口" in pages[0]
    assert "Łódź" in pages[0]
    assert "EUR 800 – 2,600" in pages[0]
    assert "https://example.org/dossiers/check/" in pages[-1]


def test_its_language_is_that_of_who_made_it_for_good(world, valuation):
    from django.utils import translation

    with translation.override("zh-hans"):
        dossier = make(world, valuation)
    first = pdf_of(dossier)
    with translation.override("en"):
        assert pdf_of(dossier) == first
    assert dossier.facts["language"] == "zh-hans"


def test_long_words_and_many_comparables_go_on_on_the_next_page(dossier):
    facts = json.loads(dossier.content)
    facts["work"]["provenance"] = "Private collection, Porto; " * 200
    facts["work"]["title"] = "W" * 300
    facts["comparables"] = facts["comparables"] * 20
    pages = words_of(render(canonical(facts), bytes(dossier.picture)))
    assert len(pages) >= 5
    assert all("SHA-256" in page for page in pages)
    assert sum(page.count("950") for page in pages) >= 20


def test_a_work_without_a_picture_has_a_dossier_too(world, valuation):
    valuation.artwork.images.all().delete()
    dossier = make(world, valuation)
    assert (dossier.picture, dossier.picture_sha256, dossier.facts["picture"]) == (None, "", None)
    assert render(dossier.content, b"").startswith(b"%PDF")
