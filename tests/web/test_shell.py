"""The shell: header, theme, language, and what strangers see."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation
from django.views.defaults import server_error

pytestmark = pytest.mark.django_db


def test_a_stranger_sees_what_the_platform_is_and_no_rooms(client):
    page = client.get(reverse("home:home")).content.decode()
    assert "Sign in" in page
    assert "main-nav" not in page


def test_every_other_page_asks_a_stranger_to_sign_in(client):
    answer = client.get(reverse("accounts:profile"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("accounts:login"))


def test_login_page_names_its_fields(client):
    page = client.get(reverse("accounts:login")).content.decode()
    assert '<label for="id_username">' in page
    assert 'autocomplete="current-password"' in page


def test_theme_of_a_person_is_kept_with_the_person(as_user, world):
    client = as_user(world.member)
    answer = client.post(reverse("web:theme"), {"theme": "dark", "next": "/accounts/profile/"})
    assert answer.url == "/accounts/profile/"
    world.member.refresh_from_db()
    assert world.member.theme == "dark"
    assert 'data-theme="dark"' in client.get(reverse("accounts:profile")).content.decode()


def test_theme_of_a_stranger_is_kept_in_a_cookie(client):
    client.post(reverse("web:theme"), {"theme": "dark"})
    assert 'data-theme="dark"' in client.get("/").content.decode()


def test_unknown_theme_is_refused(as_user, world):
    assert as_user(world.member).post(reverse("web:theme"), {"theme": "neon"}).status_code == 400
    world.member.refresh_from_db()
    assert world.member.theme == "system"


def test_no_way_back_leads_to_another_site(client):
    assert client.post(reverse("web:theme"), {"theme": "dark", "next": "https://elsewhere.example/"}).url == "/"


def test_language_of_a_person_is_kept_with_the_person(as_user, world):
    client = as_user(world.member)
    client.post(reverse("web:language"), {"language": "zh-hans", "next": "/"})
    world.member.refresh_from_db()
    assert world.member.language == "zh-hans"
    assert '<html lang="zh-hans"' in client.get("/").content.decode()


def test_language_of_a_stranger_is_kept_in_a_cookie(client):
    client.post(reverse("web:language"), {"language": "zh-hans", "next": "/"})
    assert '<html lang="zh-hans"' in client.get("/").content.decode()


def test_pages_outside_the_shell_name_the_language_of_their_words(as_user, world):
    with translation.override("zh-hans"):
        broken = server_error(RequestFactory().get("/")).content.decode()
    assert '<html lang="zh-hans">' in broken
    assert "Something broke" not in broken
    assert '<html lang="en">' in server_error(RequestFactory().get("/")).content.decode()
    docs = as_user(world.member).get("/api/docs/", headers={"Accept-Language": "zh-hans"}).content.decode()
    assert '<html lang="zh-hans">' in docs
    assert '<main id="swagger-ui" lang="en"' in docs
