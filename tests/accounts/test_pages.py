"""Signing in, the profile, and the pages of keys: who sees and changes what."""

from __future__ import annotations

import pytest
from django.urls import reverse

from artmarket.accounts.models import ApiKey
from artmarket.accounts.services import create_api_key

pytestmark = pytest.mark.django_db
LOGIN, PROFILE, KEYS = "/accounts/login/", "/accounts/profile/", "/accounts/keys/"
PEOPLE = ("outsider", "member", "editor", "owner", "staff")


def key_of(user, organisation, name="till"):
    return create_api_key(actor=user, organisation=organisation, name=name, scopes=["read"])[0]


def test_the_right_password_leads_to_the_page_asked_for(client, world):
    answer = client.post(f"{LOGIN}?next={KEYS}", {"username": "member", "password": "canvas-and-oil", "next": KEYS})
    assert (answer.status_code, answer.url) == (302, KEYS)
    assert client.get(KEYS).status_code == 200


@pytest.mark.parametrize(("name", "password"), [("member", "wrong"), ("nobody", "canvas-and-oil"), ("member", "")])
def test_a_wrong_password_opens_nothing(client, world, name, password):
    assert client.post(LOGIN, {"username": name, "password": password}).status_code == 200
    assert client.get(PROFILE).status_code == 302


def test_signing_in_leads_to_no_other_site(client, world):
    known = {"username": "member", "password": "canvas-and-oil", "next": "https://elsewhere.example/"}
    assert client.post(LOGIN, known).url == "/"


def test_signing_out_is_a_post_and_ends_the_visit(as_user, world):
    client = as_user(world.member)
    assert client.get(reverse("accounts:logout")).status_code == 405
    client.post(reverse("accounts:logout"))
    assert client.get(PROFILE).status_code == 302


@pytest.mark.parametrize("url", [PROFILE, KEYS])
@pytest.mark.parametrize("who", [None, *PEOPLE])
def test_everybody_signed_in_has_pages_of_their_own(as_user, world, url, who):
    answer = as_user(getattr(world, who) if who else None).get(url)
    assert answer.status_code == (200 if who else 302)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
@pytest.mark.parametrize("url", [PROFILE, KEYS])
def test_other_methods_are_refused(as_user, world, url, method):
    assert getattr(as_user(world.owner), method)(url).status_code == 405


def test_preferences_are_kept(as_user, world):
    as_user(world.member).post(PROFILE, {"language": "", "theme": "dark", "currency": "GBP"})
    world.member.refresh_from_db()
    assert (world.member.theme, world.member.currency) == ("dark", "GBP")


@pytest.mark.parametrize("wrong", [{"theme": "neon"}, {"currency": "XXX"}, {"language": "tlh"}])
def test_unknown_preferences_change_nothing(as_user, world, wrong):
    page = as_user(world.member).post(PROFILE, {"language": "", "theme": "dark", "currency": "GBP"} | wrong)
    world.member.refresh_from_db()
    assert page.context["form"].errors
    assert world.member.theme == "system"


def test_the_profile_tells_whom_one_works_for(as_user, world):
    page = as_user(world.member).get(PROFILE).content.decode()
    assert "Ours" in page
    assert "Theirs" not in page


def new_key(organisation, **changed):
    return {"name": "till", "organisation": organisation.pk, "scopes": ["read"], "lifetime": "30"} | changed


def test_a_new_keys_secret_is_shown_once(as_user, world):
    client = as_user(world.member)
    answer = client.post(KEYS, new_key(world.organisation))
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert secret not in client.get(KEYS).content.decode()


@pytest.mark.parametrize("wrong", [{"scopes": ["everything"]}, {"scopes": []}, {"name": ""}, {"lifetime": "9999"}])
def test_a_wrong_key_is_not_made(as_user, world, wrong):
    assert as_user(world.member).post(KEYS, new_key(world.organisation, **wrong)).status_code == 422
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("who", ["outsider", "staff"])
def test_nobody_makes_keys_for_an_organisation_of_others(as_user, world, who):
    assert as_user(getattr(world, who)).post(KEYS, new_key(world.organisation)).status_code == 422
    assert not ApiKey.objects.exists()


def test_people_see_their_own_keys_only(as_user, world):
    key_of(world.member, world.organisation, name="counter")
    assert "counter" in as_user(world.member).get(KEYS).content.decode()
    for who in ("outsider", "editor", "owner", "staff"):
        assert "counter" not in as_user(getattr(world, who)).get(KEYS).content.decode()


@pytest.mark.parametrize(
    ("who", "status", "closed"),
    [(None, 302, False), ("outsider", 404, False), ("editor", 404, False), ("owner", 404, False),
     ("staff", 404, False), ("member", 302, True)],
)  # fmt: skip
def test_only_the_keys_person_revokes_it_here(as_user, world, who, status, closed):
    key = key_of(world.member, world.organisation)
    answer = as_user(getattr(world, who) if who else None).post(reverse("accounts:key-revoke", args=[key.pk]))
    key.refresh_from_db()
    assert (answer.status_code, key.revoked_at is not None) == (status, closed)


def test_a_link_revokes_nothing(as_user, world):
    key = key_of(world.member, world.organisation)
    assert as_user(world.member).get(reverse("accounts:key-revoke", args=[key.pk])).status_code == 405


def test_many_keys_cost_no_more_queries(as_user, world, django_assert_max_num_queries):
    for number in range(12):
        key_of(world.member, world.organisation, name=f"till {number}")
    client = as_user(world.member)
    with django_assert_max_num_queries(6):
        client.get(KEYS)
    with django_assert_max_num_queries(5):
        client.get(PROFILE)
