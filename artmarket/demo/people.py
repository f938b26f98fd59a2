"""Who may sign in to the demo, and for whom they work."""

from __future__ import annotations

from dataclasses import dataclass

from artmarket.accounts.data_entry import allow_data_entry
from artmarket.accounts.models import Membership, Organisation, User

PASSWORD = "atelier-demo"  # noqa: S105 - the demo's, printed at its start
ATELIER, NORDWIK, BELMAR = "demo", "nordwik", "belmar"
ORGANISATIONS = {
    ATELIER: ("Demo atelier", Organisation.Kind.MUSEUM),
    NORDWIK: ("Nordwik & Daughters", Organisation.Kind.AUCTION_HOUSE),
    BELMAR: ("Belmar Auctions", Organisation.Kind.AUCTION_HOUSE),
}
Role = Membership.Role


@dataclass(frozen=True)
class Person:
    """A login of the demo."""

    username: str
    first_name: str
    about: str
    works_for: tuple[tuple[str, str], ...] = ()
    is_platform_staff: bool = False
    enters_data: bool = False


PEOPLE = (
    Person("dealer", "Daria", "dealer: estimates, comparables, artists' markets", ((ATELIER, Role.DEALER),)),
    Person("curator", "Cosmo", "curator: works, look-alikes, catalogue", ((ATELIER, Role.CURATOR),)),
    Person("house", "Hanne", "auction house: its own coming sale, imports, API keys", ((NORDWIK, Role.OWNER),)),
    Person("rival", "Rafael", "the other auction house, which must not see the first one's", ((BELMAR, Role.OWNER),)),
    Person("data", "Dora", "data entry: imports and the admin", ((ATELIER, Role.DATA_ENTRY),), enters_data=True),
    Person(
        "staff", "Sam", "platform staff: everything, and the admin", ((ATELIER, Role.OWNER),), is_platform_staff=True
    ),
)


def make_people() -> dict[str, Organisation]:
    """Make organisations, logins and memberships that are not there yet; returns the organisations by slug."""
    organisations = {
        slug: Organisation.objects.get_or_create(slug=slug, defaults={"name": name, "kind": kind})[0]
        for slug, (name, kind) in ORGANISATIONS.items()
    }
    for person in PEOPLE:
        user, is_new = User.objects.get_or_create(
            username=person.username,
            defaults={
                "first_name": person.first_name,
                "is_staff": person.is_platform_staff,
                "is_superuser": person.is_platform_staff,
            },
        )
        if is_new:
            user.set_password(PASSWORD)
            user.save()
        for slug, role in person.works_for:
            Membership.objects.get_or_create(user=user, organisation=organisations[slug], defaults={"role": role})
        if person.enters_data:
            allow_data_entry(actor=None, user=user)
    return organisations
