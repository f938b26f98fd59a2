"""Who asks the API, and how."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone, translation

from artmarket.accounts.models import ApiKey, Membership
from artmarket.accounts.services import create_api_key
from tests.conftest import World


@dataclass
class Api:
    """A client that speaks JSON, with a key or with a signed-in client's session."""

    secret: str = ""
    client: Client = field(default_factory=Client)

    def headers(self, more: dict[str, str] | None) -> dict[str, str]:
        return {**({"Authorization": f"Bearer {self.secret}"} if self.secret else {}), **(more or {})}

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
        return self.client.get(path, query or None, headers=self.headers(headers))

    def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        return self.client.post(path, body, content_type="application/json", headers=self.headers(headers))

    def patch(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        return self.client.patch(path, body, content_type="application/json", headers=self.headers(headers))

    def upload(self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
        return self.client.post(path, body, headers=self.headers(headers))


@dataclass(frozen=True)
class Callers:
    """The small world's people, each with a way to ask."""

    world: World
    anonymous: Api
    outsider: Api
    member: Api
    editor: Api
    owner: Api
    staff: Api
    full_key: Api
    read_only_key: Api
    write_only_key: Api
    analyse_only_key: Api
    member_key: Api
    other_house_key: Api
    expired_key: Api
    revoked_key: Api
    unknown_key: Api


@pytest.fixture(autouse=True)
def fresh_counters():
    """Neither the requests counted by one test nor its language are held against the next."""
    cache.clear()
    translation.activate("en")
    yield
    translation.activate("en")


@pytest.fixture
def callers(world, as_user) -> Callers:
    def key(user, *scopes, organisation=world.organisation) -> Api:
        return Api(create_api_key(actor=user, organisation=organisation, name="k", scopes=scopes)[1])

    past, now = timezone.now() - dt.timedelta(days=1), timezone.now()
    everything = ApiKey.Scope.values
    expired, revoked = key(world.editor, *everything), key(world.editor, *everything)
    ApiKey.objects.filter(prefix=expired.secret.split("_")[1]).update(expires_at=past)
    ApiKey.objects.filter(prefix=revoked.secret.split("_")[1]).update(revoked_at=now)
    sessions = {name: Api(client=as_user(getattr(world, name))) for name in PEOPLE}
    return Callers(
        world=world,
        anonymous=Api(),
        **sessions,
        full_key=key(world.editor, *everything),
        read_only_key=key(world.editor, "read"),
        write_only_key=key(world.editor, "write"),
        analyse_only_key=key(world.editor, "analyse"),
        member_key=key(world.member, *everything),
        other_house_key=key(world.outsider, *everything, organisation=world.other_organisation),
        expired_key=expired,
        revoked_key=revoked,
        unknown_key=Api("am_0000000000_" + "x" * 43),
    )


PEOPLE = ("outsider", "member", "editor", "owner", "staff")
assert Membership.Role.DEALER not in Membership.EDITING_ROLES, "world.member must not be an editor"
