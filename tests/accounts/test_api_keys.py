"""Keys: who may make them, what opens them, what closes them, and that the secret is nowhere kept."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from artmarket.accounts.models import ApiKey
from artmarket.accounts.queries import editable_organisation_ids, organisation_ids
from artmarket.accounts.services import KeyRefused, authenticate_key, create_api_key, digest, revoke_api_key
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def make(world, *, actor=None, scopes=("read",), **kwargs):
    return create_api_key(
        actor=actor or world.editor, organisation=world.organisation, name="till", scopes=scopes, **kwargs
    )


def test_a_new_key_opens_and_its_secret_is_not_kept(world):
    key, secret = make(world, scopes=["write", "read", "read"])

    assert secret.startswith(f"am_{key.prefix}_")
    assert key.scopes == ["read", "write"]
    assert secret not in str(ApiKey.objects.values().get())
    assert authenticate_key(secret).pk == key.pk


def test_two_keys_never_share_a_secret(world):
    assert len({make(world)[1] for _ in range(20)}) == 20


@pytest.mark.parametrize("scopes", [[], ["everything"], ["read", ""]])
def test_unknown_or_no_scopes_are_refused(world, scopes):
    with pytest.raises(ValidationError):
        make(world, scopes=scopes)
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("who", ["outsider", "staff"])
def test_only_members_make_keys(world, who):
    with pytest.raises(PermissionDenied):
        make(world, actor=getattr(world, who))
    assert not ApiKey.objects.exists()


def test_an_empty_name_and_a_past_expiry_are_refused(world):
    with pytest.raises(ValidationError) as refused:
        create_api_key(actor=world.editor, organisation=world.organisation, name="  ", scopes=["read"])
    assert "name" in refused.value.error_dict
    with pytest.raises(ValidationError) as refused:
        make(world, expires_at=timezone.now())
    assert refused.value.error_dict["expires_at"][0].code == "past"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda secret: secret[:-1],
        lambda secret: secret + "x",
        lambda secret: secret.replace("am_", "ma_"),
        lambda secret: "am__" + secret.split("_", 2)[2],
        lambda secret: "",
        lambda secret: "am_0123456789_nothing",
        lambda secret: "am_\x00_" + secret,
        lambda secret: digest(secret),
    ],
)
def test_any_other_secret_is_unknown(world, spoil):
    _key, secret = make(world)
    with pytest.raises(KeyRefused) as refused:
        authenticate_key(spoil(secret))
    assert refused.value.code == "unknown_key"


def test_an_expired_key_is_refused(world):
    _key, secret = make(world, expires_at=timezone.now() + dt.timedelta(hours=1))
    authenticate_key(secret)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2)), pytest.raises(KeyRefused) as refused:
        authenticate_key(secret)
    assert refused.value.code == "expired_key"


def test_a_revoked_key_is_refused_and_revoking_twice_keeps_the_first_time(world):
    key, secret = make(world)
    first = revoke_api_key(actor=world.editor, key=key).revoked_at
    assert revoke_api_key(actor=world.owner, key=key).revoked_at == first
    with pytest.raises(KeyRefused) as refused:
        authenticate_key(secret)
    assert refused.value.code == "revoked_key"


@pytest.mark.parametrize("who", ["outsider", "member"])
def test_others_may_not_revoke(world, who):
    key, _secret = make(world)
    with pytest.raises(PermissionDenied):
        revoke_api_key(actor=getattr(world, who), key=key)
    key.refresh_from_db()
    assert key.revoked_at is None


def test_a_key_dies_with_its_user_and_with_the_membership(world):
    _key, secret = make(world)
    world.editor.is_active = False
    world.editor.save()
    with pytest.raises(KeyRefused):
        authenticate_key(secret)
    world.editor.is_active = True
    world.editor.save()
    world.editor.memberships.all().delete()
    with pytest.raises(KeyRefused) as refused:
        authenticate_key(secret)
    assert refused.value.code == "orphaned_key"


def test_a_key_reaches_one_organisation_only(world):
    MembershipFactory(user=world.editor, organisation=world.other_organisation, role="owner")
    _key, secret = make(world)
    user = authenticate_key(secret).user
    assert organisation_ids(user) == [world.organisation.pk]
    assert editable_organisation_ids(user) == [world.organisation.pk]
    assert len(organisation_ids(world.editor)) == 2


def test_opening_costs_one_query_and_use_is_written_seldom(world, django_assert_num_queries):
    key, secret = make(world)
    with django_assert_num_queries(2):
        authenticate_key(secret)
    with django_assert_num_queries(1):
        authenticate_key(secret)
    first = ApiKey.objects.get(pk=key.pk).last_used_at
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=6)):
        authenticate_key(secret)
    assert ApiKey.objects.get(pk=key.pk).last_used_at > first
