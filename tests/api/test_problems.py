"""Every refusal is a problem (RFC 9457), wherever it comes from."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from rest_framework import serializers

from artmarket.api.problems import Problem, as_problem
from artmarket.catalogue.models import Artwork
from tests.factories import LotFactory, SaleFactory

pytestmark = pytest.mark.django_db


def assert_problem(answer, status, code):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:artmarket:problem:{code}")
    assert body["title"]


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing/", "/api/v1/artists/abc/", "/api/v1/artists", "/api/v1/artists/99999999999999999999999/"]
)
def test_unknown_addresses(callers, path):
    assert_problem(callers.full_key.get(path), 404, "not_found")
    if path != "/api/v1/artists/99999999999999999999999/":
        assert_problem(callers.full_key.post(path), 404, "not_found")


def test_other_methods(callers):
    for method in ("delete", "put", "options", "trace"):
        answer = getattr(callers.full_key.client, method)(
            "/api/v1/artists/", headers={"Authorization": f"Bearer {callers.full_key.secret}"}
        )
        assert_problem(answer, 405, "method_not_allowed")
        assert "GET" in answer["Allow"]


def test_only_json_is_spoken(callers):
    answer = callers.full_key.get("/api/v1/artists/", headers={"Accept": "text/csv"})
    assert_problem(answer, 406, "not_acceptable")


def test_too_many_requests(callers, monkeypatch):
    from rest_framework.settings import api_settings

    monkeypatch.setattr(api_settings, "DEFAULT_THROTTLE_RATES", {"key": "2/min"}, raising=False)
    answers = [callers.full_key.get("/api/v1/artists/") for _ in range(3)]
    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert answers[0]["RateLimit-Policy"] == '"key";q=2;w=60'
    assert answers[0]["RateLimit"].startswith('"key";r=1;t=')
    assert_problem(answers[2], 429, "throttled")
    assert 1 <= int(answers[2]["Retry-After"]) <= 61
    assert callers.read_only_key.get("/api/v1/artists/").status_code == 200, "each key has its own count"


def test_what_nobody_foresaw_is_a_problem_and_is_logged(callers, monkeypatch):
    from artmarket.catalogue.api import ArtistViewSet

    def broken(*args):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(ArtistViewSet, "with_related", broken)
    callers.full_key.client.raise_request_exception = False
    answer = callers.full_key.get("/api/v1/artists/")
    assert_problem(answer, 500, "internal_error")
    assert b"secret" not in answer.content


def test_refusals_speak_the_askers_language(callers):
    answer = callers.full_key.get("/api/v1/artists/?limit=0", headers={"Accept-Language": "zh-hans"})
    assert answer["Content-Language"] == "zh-hans"


def test_model_validation_names_fields_and_constraints():
    lot = LotFactory()
    copy = LotFactory.build(sale=lot.sale, number=lot.number, estimate_high=1, estimate_low=2, currency="eur")
    with pytest.raises(ValidationError) as refused:
        copy.full_clean()
    problem = as_problem(refused.value, type(lot))
    codes = {error["code"] for error in problem.errors}
    assert problem.status_code == 422
    assert {"sales_lot_once", "sales_lot_estimate_ordered", "unknown_currency"} <= codes
    assert all(error["detail"] for error in problem.errors)


def test_a_duplicate_is_409_from_validation_and_from_the_database():
    sale = SaleFactory(number="12")
    copy = SaleFactory.build(house=sale.house, date=sale.date, number="12", title=sale.title)
    with pytest.raises(ValidationError) as refused:
        copy.full_clean()
    assert as_problem(refused.value).status_code == 409
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        copy.save()
    problem = as_problem(broken.value)
    assert (problem.status_code, problem.errors[0]["code"]) == (409, "sales_sale_once")
    assert problem.errors[0]["detail"] == "This house already has this sale on this date."


def test_a_broken_check_in_the_database_is_422():
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        Artwork.objects.create(title="x", visibility="private")
    problem = as_problem(broken.value)
    assert (problem.status_code, problem.errors[0]["code"]) == (422, "catalogue_artwork_private_has_owner")


def test_nested_serializer_errors_become_json_pointers():
    class Inner(serializers.Serializer):
        amount = serializers.DecimalField(max_digits=4, decimal_places=2)

    class Outer(serializers.Serializer):
        prices = Inner(many=True)
        names = serializers.ListField(child=serializers.CharField(max_length=2))

    outer = Outer(data={"prices": [{"amount": "1.00"}, {"amount": "x"}], "names": ["a", "long"]})
    with pytest.raises(serializers.ValidationError) as refused:
        outer.is_valid(raise_exception=True)
    errors = {error["pointer"]: error["code"] for error in as_problem(refused.value).errors}
    assert errors == {"/prices/1/amount": "invalid", "/names/1": "max_length"}


def test_a_problem_carries_more_members():
    body = Problem(409, "busy", "Busy", "Wait.", seconds=3).as_dict()
    assert body["seconds"] == 3
    assert body["title"] == "Busy"
