"""Pages of the inventory, and that nobody but its members learns a cost, anywhere."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from analysis.inventory.models import InventoryItem
from analysis.jobs.models import Job
from artmarket.catalogue.models import Artwork
from tests.factories import ArtworkFactory, MembershipFactory
from tests.inventory.conftest import stock

LIST = reverse("inventory:item-list")
PEOPLE = ("anonymous", "outsider", "member", "editor", "owner", "staff")
COSTS = ("41337", "41,337", "41.337")
DATA = {"cost": "100", "cost_currency": "eur", "acquired_on": "2020-01-01", "status": "in_stock"}


def addresses(item) -> list[str]:
    """Every page of the room, and those of others that know of the work."""
    organisation = f"?organisation={item.organisation_id}"
    names = ("totals", "item-export", "item-list", "item-bulk")
    work = [item.artwork.get_absolute_url(), reverse("inventory:artwork-panel", args=[item.artwork_id])]
    jobs = [reverse("jobs:job-list"), *(job.get_absolute_url() for job in Job.objects.all())]
    return [reverse(f"inventory:{name}") + organisation for name in names] + work + jobs + [
        LIST, "/inventory/?removed=" + str(item.pk), item.get_absolute_url(), "/", "/artworks/?view=table", "/dossiers/",
        "/api/v1/inventory/", f"/api/v1/inventory/{item.pk}/", "/api/v1/artworks/", f"/api/v1/artworks/{item.artwork_id}/",
        "/api/v1/valuations/", "/api/v1/jobs/",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["anonymous", "outsider", "staff"])
def test_no_cost_is_told_to_anybody_else(world, item, as_user, who):
    as_user(world.member).post(reverse("inventory:refresh"), {"organisation": world.organisation.pk})
    assert Job.objects.exists()
    client = as_user(getattr(world, who, None))
    for url in addresses(item):
        answer = client.get(url)
        text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")
        assert not any(cost in text for cost in COSTS), url
        assert "Shelf 7" not in text, url
    assert any(cost in as_user(world.member).get(LIST).content.decode() for cost in COSTS)


def test_who_may_open_which_page(world, item, as_user):
    mine = {"anonymous": 302, "outsider": 404, "member": 200, "editor": 200, "owner": 200, "staff": 404}
    own = f"?organisation={world.organisation.pk}"
    for url in (LIST + own, reverse("inventory:totals") + own, reverse("inventory:item-export") + own):
        assert {who: as_user(getattr(world, who, None)).get(url).status_code for who in PEOPLE} == mine, url
    for url in (item.get_absolute_url(), reverse("inventory:item-bulk") + own):
        assert {who: as_user(getattr(world, who, None)).get(url).status_code for who in PEOPLE} == mine, url


@pytest.mark.parametrize("action", ["edit", "remove", "refresh", "add", "file", "restore"])
def test_who_may_change_what_and_the_refused_change_nothing(world, item, as_user, action):
    work, other = ArtworkFactory(), ArtworkFactory()
    file = lambda: SimpleUploadedFile("x.csv", f"artwork\n{other.pk}\n".encode())  # noqa: E731
    organisation = world.organisation.pk
    removed = stock(world.organisation)
    InventoryItem.objects.filter(pk=removed.pk).update(removed_at="2024-01-01T00:00Z")
    requests = {
        "edit": (item.get_absolute_url(), DATA | {"notes": "changed"}),
        "remove": (reverse("inventory:item-remove", args=[item.pk]), {}),
        "refresh": (reverse("inventory:refresh"), {"organisation": organisation}),
        "add": (reverse("inventory:item-new", args=[work.pk]), DATA | {"organisation": organisation}),
        "file": (reverse("inventory:item-bulk") + f"?organisation={organisation}", None),
        "restore": (reverse("inventory:item-restore", args=[removed.pk]), {}),
    }
    url, body = requests[action]

    def ask(who):
        return as_user(getattr(world, who, None)).post(url, {"file": file()} if body is None else body)

    MembershipFactory(user=world.staff, organisation=world.organisation, role="curator")
    before = state()
    for who, status in {"anonymous": 302, "outsider": 404, "staff": 403}.items():
        answer = ask(who)
        if (action, who) == ("add", "outsider"):
            assert not InventoryItem.objects.filter(organisation=world.organisation, artwork=work).exists()
            InventoryItem.objects.filter(artwork=work).delete()
        else:
            assert answer.status_code == status, (who, answer.status_code)
        assert state() == before, who
    assert ask("member").status_code == 302
    assert state() != before


def state():
    return list(InventoryItem.objects.order_by("pk").values()), Job.objects.count()


def test_adding_from_a_works_page(world, as_user):
    work, client = ArtworkFactory(), as_user(world.member)
    panel = reverse("inventory:artwork-panel", args=[work.pk])
    url = reverse("inventory:item-new", args=[work.pk])
    assert url in client.get(panel).content.decode()
    assert panel in client.get(work.get_absolute_url()).content.decode()
    page = client.post(url, DATA, follow=True).content.decode()
    assert "Added to the inventory." in page
    assert work.title in page
    found = client.get(panel).content.decode()
    assert "In the inventory of Ours" in found
    assert url not in found
    assert as_user(world.outsider).get(panel).content.decode().count("Ours") == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cost_currency": ""}, "Say in which currency."),
        ({"cost_currency": "ZZZ"}, "is no known currency"),
        ({"cost": "-1"}, "greater than or equal to 0"),
        ({"acquired_on": "2190-01-01"}, "lies ahead"),
        ({"status": "sold"}, "A sold work needs this."),
        ({"acquired_on": "soon"}, "valid date"),
    ],
)
def test_faults_stand_at_their_fields(world, as_user, change, said):
    url = reverse("inventory:item-new", args=[ArtworkFactory().pk])
    answer = as_user(world.member).post(url, DATA | change)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not InventoryItem.objects.exists()


def test_changing_removing_and_taking_it_back(world, item, as_user):
    client = as_user(world.member)
    client.post(item.get_absolute_url(), DATA | {"cost": "200", "location": "Vault"})
    item.refresh_from_db()
    assert (str(item.cost), item.location) == ("200.00", "Vault")
    page = client.post(reverse("inventory:item-remove", args=[item.pk]), follow=True).content.decode()
    assert "was removed" in page
    assert reverse("inventory:item-restore", args=[item.pk]) in page
    assert "The store is empty" in client.get(LIST).content.decode()
    page = client.post(reverse("inventory:item-restore", args=[item.pk]), follow=True).content.decode()
    assert item.artwork.title in page


def test_a_list_shows_cost_worth_and_change_in_the_readers_currency(world, item, as_user):
    world.member.currency = "USD"
    world.member.save()
    page = as_user(world.member).get(LIST).content.decode()
    assert "EUR\u00a041,337" in page
    assert "≈ USD\u00a060,000" in page
    assert "USD&nbsp;+14,529.30" in page
    assert "+32.0\u00a0%" in page


def test_the_totals_add_up_and_say_how(world, item, as_user):
    stock(world.organisation, value_currency="GBP")
    page = as_user(world.member).get(reverse("inventory:totals")).content.decode()
    assert "EUR\u00a050,000" in page
    assert "No exchange rate of GBP is known for 2024-05-06." in page
    assert "The interval of a sum is not the sum of intervals." in page


def test_lists_are_narrowed_sorted_and_paged(world, as_user):
    cheap = stock(world.organisation, artwork=ArtworkFactory(title="Cheap boat", medium="oil"), value_eur=10)
    dear = stock(world.organisation, artwork=ArtworkFactory(title="Dear harbour", medium="print"), value_eur=10**6)
    client = as_user(world.member)

    def titles(**query):
        return [each.item.pk for each, _work in client.get(LIST, query).context["rows"]]

    assert titles(order="worth") == [dear.pk, cheap.pk]
    assert titles(text="boat") == [cheap.pk]
    assert titles(text=cheap.artwork.artist.name.split()[-1]) == [cheap.pk]
    assert titles(text="shelf 7", medium="print") == [dear.pk]
    assert titles(status="sold") == titles(valued="no") == []
    assert "No work fits" in client.get(LIST, {"status": "sold"}).content.decode()


def test_the_file_out_holds_what_the_list_shows(world, item, as_user):
    stock(world.organisation, status="on_consignment")
    answer = as_user(world.member).get(reverse("inventory:item-export"), {"status": "in_stock"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [row["artwork"] for row in rows] == [str(item.artwork_id)]
    assert "attachment" in answer["Content-Disposition"]


def test_a_file_in_shows_row_column_and_reason(world, as_user):
    file = SimpleUploadedFile("x.csv", b"artwork,cost\n999999,ten\n")
    answer = as_user(world.member).post(reverse("inventory:item-bulk"), {"file": file})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "999999" in page
    assert "holds no amount" in page
    assert not InventoryItem.objects.exists()


def test_a_work_that_became_another_s_secret_is_named_no_more(world, item, as_user):
    title = item.artwork.title
    Artwork.objects.filter(pk=item.artwork_id).update(visibility="private", organisation=world.other_organisation)
    client = as_user(world.member)
    for url in (LIST, item.get_absolute_url(), reverse("inventory:totals")):
        answer = client.get(url)
        assert answer.status_code == 200
        assert title not in answer.content.decode()
    export = b"".join(client.get(reverse("inventory:item-export")).streaming_content).decode()
    assert title not in export


def test_pages_of_many_works_cost_few_queries(world, as_user, django_assert_max_num_queries):
    for _number in range(12):
        stock(world.organisation)
    client = as_user(world.member)
    client.get(LIST)
    with django_assert_max_num_queries(14):
        client.get(LIST)
    with django_assert_max_num_queries(10):
        client.get(reverse("inventory:totals"))
    with django_assert_max_num_queries(9):
        b"".join(client.get(reverse("inventory:item-export")).streaming_content)


def test_people_without_an_organisation_are_told_so(world, as_user):
    world.member.memberships.all().delete()
    assert "An inventory belongs to an organisation" in as_user(world.member).get(LIST).content.decode()
    assert as_user(world.member).get(reverse("inventory:totals")).status_code == 404
