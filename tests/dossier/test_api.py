"""``/api/v1/dossiers``: who may do what with which key, and that what is refused changes nothing."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from analysis.dossier.models import Dossier
from tests.api.conftest import callers, fresh_counters  # noqa: F401

URL = "/api/v1/dossiers/"
READERS = {
    "anonymous": 401, "outsider": 404, "member": 200, "editor": 200, "owner": 200, "staff": 200, "full_key": 200,
    "read_only_key": 200, "write_only_key": 403, "analyse_only_key": 403, "member_key": 200, "other_house_key": 404,
    "expired_key": 401, "revoked_key": 401, "unknown_key": 401,
}  # fmt: skip
MAKERS = {
    "anonymous": 401, "outsider": 201, "member": 201, "owner": 201, "staff": 422, "full_key": 201, "member_key": 201,
    "write_only_key": 201, "read_only_key": 403, "analyse_only_key": 403, "other_house_key": 201, "expired_key": 401,
    "revoked_key": 401, "unknown_key": 401,
}  # fmt: skip
WITHDRAWERS = {
    "anonymous": 401, "outsider": 404, "editor": 403, "full_key": 403, "staff": 403, "read_only_key": 403,
    "other_house_key": 404, "expired_key": 401, "unknown_key": 401, "owner": 200,
}  # fmt: skip


def body(valuation, **more):
    return {"valuation": valuation.pk, "purpose": "auction", **more}


def test_who_may_read(callers, dossier):  # noqa: F811
    for who, status in READERS.items():
        api = getattr(callers, who)
        for path in (f"{URL}{dossier.pk}/", f"{URL}{dossier.pk}/pdf/"):
            assert api.get(path).status_code == status, (who, path)
        listed = api.get(URL)
        if status in {200, 404}:
            assert [row["id"] for row in listed.json()["results"]] == ([dossier.pk] if status == 200 else []), who


def test_who_may_make_one_and_for_whom(callers, valuation):  # noqa: F811
    for who, status in MAKERS.items():
        before = Dossier.objects.count()
        answer = getattr(callers, who).post(URL, body(valuation, fees="1.00"))
        assert answer.status_code == status, (who, answer.content)
        if status != 201:
            assert Dossier.objects.count() == before, who
    theirs = set(Dossier.objects.filter(made_by=callers.world.outsider).values_list("organisation", flat=True))
    assert theirs == {callers.world.other_organisation.pk}


def test_strangers_make_none_for_us(callers, valuation):  # noqa: F811
    for who in ("outsider", "other_house_key"):
        asked = body(valuation, organisation=callers.world.organisation.pk)
        assert getattr(callers, who).post(URL, asked).status_code == 422
    assert not Dossier.objects.exists()


def test_who_may_withdraw(callers, dossier):  # noqa: F811
    for who, status in WITHDRAWERS.items():
        answer = getattr(callers, who).post(f"{URL}{dossier.pk}/withdraw/", {"reason": "Wrong size"})
        assert answer.status_code == status, (who, answer.content)
        dossier.refresh_from_db()
        assert (dossier.withdrawn_at is not None) == (status == 200), who
    again = callers.owner.post(f"{URL}{dossier.pk}/withdraw/", {"reason": "Wrong size"})
    assert (again.status_code, again.json()["code"]) == (409, "already_withdrawn")


def test_a_dossier_comes_with_its_content_and_its_pdf(callers, valuation):  # noqa: F811
    terms = {"commission_percent": "12.50", "fees": "40", "resale_right": "DE"}
    made = callers.full_key.post(URL, body(valuation, purpose="net_to_seller", **terms))
    assert made.status_code == 201, made.content
    found = callers.full_key.get(made["Location"]).json()
    assert found == made.json()
    assert sha256(found["content"].encode()).hexdigest() == found["content_sha256"]
    assert json.loads(found["content"])["purpose"]["headline"] == ["628.00", "2131.00"]
    assert "§ 26 UrhG" in json.loads(found["content"])["purpose"]["assumptions"]["Artist's resale right"]
    pdf = callers.full_key.get(found["links"]["pdf"])
    assert pdf["Content-Type"] == "application/pdf"
    assert sha256(pdf.content).hexdigest() == found["pdf_sha256"]
    assert "content" not in callers.full_key.get(URL).json()["results"][0]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"purpose": "divorce"}, 422, "invalid"),
        ({"purpose": "insurance"}, 422, "premium_unknown"),
        ({"valuation": 999999}, 422, "invalid"),
        ({"commission_percent": "101"}, 422, "invalid"),
        ({"fees": "-1"}, 422, "invalid"),
        ({"resale_right": "FR"}, 422, "invalid"),
        ({"note": "x"}, 422, "invalid"),
    ],
)
def test_refusals_are_problems(callers, valuation, change, status, code):  # noqa: F811
    answer = callers.full_key.post(URL, body(valuation) | change)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert not Dossier.objects.exists()


def test_nothing_of_it_can_be_changed_or_deleted(callers, dossier):  # noqa: F811
    assert callers.owner.patch(f"{URL}{dossier.pk}/", {"title": "x"}).status_code == 405
    assert callers.owner.client.delete(f"{URL}{dossier.pk}/").status_code == 405
    assert Dossier.objects.filter(pk=dossier.pk).exists()


def test_lists_cost_few_queries(callers, dossier, django_assert_max_num_queries):  # noqa: F811
    with django_assert_max_num_queries(5):
        assert len(callers.full_key.get(URL).json()["results"]) == 1
