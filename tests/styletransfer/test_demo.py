"""The demo's restyled pictures: there for the atelier's people, made once, left out where there is nothing to make them of."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from analysis.styletransfer import demo, restylers
from analysis.styletransfer.models import StyledImage
from artmarket.accounts.models import Membership, Organisation, User
from tests.factories import ArtistFactory, MembershipFactory, OrganisationFactory, UserFactory
from tests.styletransfer.conftest import pictured

pytestmark = pytest.mark.django_db


@pytest.fixture
def atelier(db: None) -> Organisation:
    """The demo's organisation, its curator and dealer, and one public work by each painter that is asked for."""
    organisation = OrganisationFactory(name="Demo atelier", slug="demo")
    for name in ("curator", "dealer"):
        MembershipFactory(user=UserFactory(username=name), organisation=organisation, role=Membership.Role.DEALER)
    names = {name for mixed in demo.STYLES for name, _weight in mixed}
    for seed, name in enumerate([demo.CONTENT[0], *sorted(names)]):
        artist = ArtistFactory(name=name, is_invented=True)
        pictured(seed, artist=artist, is_invented=True, genre="seascape", inventory_number=f"A{seed}",
                 organisation=organisation)  # fmt: skip
    return organisation


def test_the_atelier_s_people_find_three_pictures_made_once(atelier, network, capsys):
    for _time in range(2):
        call_command("make_demo_restyled")
    assert capsys.readouterr().out.splitlines() == ["3 pictures restyled.", "0 pictures restyled."]
    dealer = User.objects.get(username="dealer")
    seen = StyledImage.objects.visible_to(dealer)
    assert [(each.state, each.is_kept, each.note) for each in seen] == [("done", True, demo.NOTE)] * 3
    assert sorted(len(each.styles.all()) for each in seen) == [1, 1, 2]


def test_without_a_demo_or_a_network_nothing_is_made(db, settings, atelier, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("ml.styletransfer.feedforward.PACKAGED", tmp_path / "none")
    monkeypatch.setattr(restylers, "_restylers", {})
    call_command("make_demo_restyled")
    assert "Nothing is restyled" in capsys.readouterr().out
    assert not StyledImage.objects.exists()
    User.objects.filter(username="curator").delete()
    call_command("make_demo_restyled")
    assert "no demo" in capsys.readouterr().out
