"""Reads about people and their organisations."""

from __future__ import annotations

from artmarket.accounts.models import Membership, User


def roles_by_organisation(user: User) -> dict[int, str]:
    """The user's role in each organisation, read once per request's user object.

    A user who acts through an API key carries ``acting_organisation_id`` and is narrowed to it.
    """
    cached: dict[int, str] | None = getattr(user, "_roles_by_organisation", None)
    if cached is None:
        cached = dict(Membership.objects.filter(user_id=user.pk).values_list("organisation_id", "role"))
        acting_id = getattr(user, "acting_organisation_id", None)
        if acting_id is not None:
            cached = {pk: role for pk, role in cached.items() if pk == acting_id}
        user._roles_by_organisation = cached  # type: ignore[attr-defined]
    return cached


def organisation_ids(user: User) -> list[int]:
    """Ids of the organisations whose private records the user may see."""
    return list(roles_by_organisation(user))


def editable_organisation_ids(user: User) -> list[int]:
    """Ids of the organisations whose records the user may change."""
    return [pk for pk, role in roles_by_organisation(user).items() if role in Membership.EDITING_ROLES]
