"""Who may enter data in the admin: a group with rights on records, narrowed by the memberships of each person."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from artmarket.accounts.models import User

GROUP_NAME = "data entry"
WHOLE = ("view", "add", "change", "delete")
RIGHTS: dict[str, dict[str, tuple[str, ...]]] = {
    "catalogue": {
        "artist": WHOLE, "artwork": WHOLE, "artworkimage": WHOLE, "externalid": WHOLE, "artistmerge": ("view",),
    },
    "sales": {
        "auctionhouse": ("view",), "sale": WHOLE, "lot": WHOLE, "lotartwork": WHOLE, "fxrate": ("view",),
        "priceindex": ("view",), "premiumschedule": ("view",), "premiumband": ("view",),
    },
    "intake": {"importsession": ("view",), "importrow": ("view",), "columnmap": ("view", "change", "delete")},
    "accounts": {"organisation": ("view",)},
}  # fmt: skip


@transaction.atomic
def data_entry_group() -> Group:
    """The group with exactly these rights; made or brought up to date."""
    group, _created = Group.objects.get_or_create(name=GROUP_NAME)
    wanted = Q(pk__in=[])
    for app_label, tables in RIGHTS.items():
        for table, rights in tables.items():
            names = [f"{right}_{table}" for right in rights]
            wanted |= Q(content_type__app_label=app_label, codename__in=names)
    group.permissions.set(Permission.objects.filter(wanted))
    return group


@transaction.atomic
def allow_data_entry(*, actor: User | None, user: User) -> User:
    """Let a person open the admin for data entry. Only platform staff may (None: commands)."""
    if actor is not None and not actor.is_superuser:
        raise PermissionDenied(_("Only platform staff may open the admin to others."))
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    user.groups.add(data_entry_group())
    return user
