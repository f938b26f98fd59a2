"""What changes people's keys. A key acts as its user, narrowed to one organisation and to its scopes."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Collection
from hashlib import sha256

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from artmarket.accounts.models import ApiKey, Membership, Organisation, User
from artmarket.accounts.queries import roles_by_organisation

SECRET_MARK = "am"  # noqa: S105 - the public first word of every secret, by which leak scanners know it
PREFIX_LENGTH = 10
LAST_USED_STEP = dt.timedelta(minutes=5)


class KeyRefused(Exception):
    """A secret that opens nothing. ``code`` is for machines, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def create_api_key(
    *,
    actor: User,
    organisation: Organisation,
    name: str,
    scopes: Collection[str],
    expires_at: dt.datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key for ``actor`` in ``organisation``; returns it with its secret, which is never shown again.

    Raises ``PermissionDenied`` where the actor is no member, ``ValidationError`` for an unknown or missing scope, an
    empty name, or an expiry that is not in the future.
    """
    if organisation.pk not in roles_by_organisation(actor):
        raise PermissionDenied(_("Only a member of an organisation may make a key for it."))
    if expires_at is not None and expires_at <= timezone.now():
        raise ValidationError({"expires_at": ValidationError(_("The key would be expired at once."), "past")})
    prefix = new_prefix()
    secret = f"{SECRET_MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey(
        user=actor,
        organisation=organisation,
        name=name.strip(),
        prefix=prefix,
        secret_sha256=digest(secret),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    key.full_clean()
    key.save(force_insert=True)
    return key, secret


def revoke_api_key(*, actor: User, key: ApiKey) -> ApiKey:
    """Close a key for good, at once. Its user, an owner of its organisation, or platform staff may; others are refused.

    Revoking twice keeps the first time.
    """
    if not may_revoke(actor, key):
        raise PermissionDenied(_("Only the key's user or an owner of its organisation may revoke it."))
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now(), updated_at=timezone.now())
    key.refresh_from_db()
    return key


def may_revoke(actor: User, key: ApiKey) -> bool:
    if actor.pk == key.user_id or actor.is_superuser:
        return True
    return roles_by_organisation(actor).get(key.organisation_id) == Membership.Role.OWNER


def authenticate_key(secret: str) -> ApiKey:
    """The key that ``secret`` opens, with ``key.user`` narrowed to the key's organisation. One query.

    Raises ``KeyRefused`` for an unknown, expired or revoked key, and for a user who is inactive or left the
    organisation.
    """
    key = find_key(secret)
    role = getattr(key, "role", None)
    if key is None or not hmac.compare_digest(key.secret_sha256, digest(secret)):
        raise KeyRefused("unknown_key", _("This key is not known."))
    if key.revoked_at is not None:
        raise KeyRefused("revoked_key", _("This key was revoked."))
    if key.expires_at is not None and key.expires_at <= timezone.now():
        raise KeyRefused("expired_key", _("This key has expired."))
    if not key.user.is_active or role is None:
        raise KeyRefused("orphaned_key", _("The key's user no longer works for its organisation."))
    narrow(key.user, organisation_id=key.organisation_id, role=role)
    note_use(key)
    return key


def find_key(secret: str) -> ApiKey | None:
    """The key with the secret's prefix, its user, and ``role``: what that user is in the key's organisation."""
    parts = secret.split("_", 2)
    if len(parts) != 3 or parts[0] != SECRET_MARK or not parts[1].isalnum():
        return None
    role = Membership.objects.filter(user=OuterRef("user"), organisation=OuterRef("organisation")).values("role")
    return ApiKey.objects.select_related("user").annotate(role=Subquery(role)).filter(prefix=parts[1]).first()


def narrow(user: User, *, organisation_id: int, role: str) -> None:
    """Let this user object act for one organisation only; platform staff lose their reach over the others."""
    user.acting_organisation_id = organisation_id  # type: ignore[attr-defined]
    user._roles_by_organisation = {organisation_id: role}  # type: ignore[attr-defined]


def note_use(key: ApiKey) -> None:
    """Keep the time of use, at most once in five minutes, so that reads stay reads."""
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at > LAST_USED_STEP:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)


def new_prefix() -> str:
    return secrets.token_hex(PREFIX_LENGTH // 2)


def digest(secret: str) -> str:
    """SHA-256 suffices for a secret of 256 random bits; slow hashing is for what people remember."""
    return sha256(secret.encode()).hexdigest()
