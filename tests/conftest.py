"""Fixtures for every room: a small world of people, and where the evaluation data lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from artmarket.accounts.models import Membership, Organisation, User
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.workers import celery_clock_process, celery_worker_process

__all__ = ["celery_clock_process", "celery_worker_process"]

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The evaluation data; a test that asks for it is skipped where it is absent."""
    if not DATA.is_dir():
        pytest.skip(f"the evaluation data are not at {DATA}")
    return DATA


@dataclass(frozen=True)
class World:
    """Who may ask: nobody, an outsider, a member without and with the right to edit, an owner, platform staff."""

    organisation: Organisation
    other_organisation: Organisation
    outsider: User
    member: User
    editor: User
    owner: User
    staff: User


@pytest.fixture
def world(db: None) -> World:
    ours, theirs = OrganisationFactory(name="Ours", slug="ours"), OrganisationFactory(name="Theirs", slug="theirs")

    def person(name: str, organisation: Organisation, role: str) -> User:
        user = UserFactory(username=name)
        MembershipFactory(user=user, organisation=organisation, role=role)
        return user

    return World(
        organisation=ours,
        other_organisation=theirs,
        outsider=person("outsider", theirs, Membership.Role.OWNER),
        member=person("member", ours, Membership.Role.DEALER),
        editor=person("editor", ours, Membership.Role.DATA_ENTRY),
        owner=person("owner", ours, Membership.Role.OWNER),
        staff=UserFactory(username="staff", is_staff=True, is_superuser=True),
    )


@pytest.fixture
def as_user():
    """A function that gives a client signed in as somebody (None: nobody)."""

    def client_of(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return client_of


@pytest.fixture(autouse=True)
def in_english():
    """Each test begins in English, whatever language a page before it was read in."""
    translation.activate("en")
    yield
    translation.activate("en")
