"""Adding, changing, removing, files and refreshing: each fault is named, and nothing is half done."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from analysis.dossier.models import Dossier
from analysis.inventory import bulk, exports, jobs, services, valuing
from analysis.inventory.models import InventoryItem, InventoryValue
from analysis.inventory.queries import item_rows
from analysis.jobs.models import Job
from analysis.valuation.models import Valuation
from artmarket.accounts.models import Organisation, User
from artmarket.catalogue.models import Artwork, ArtworkImage
from artmarket.core import longwork
from tests.factories import ArtworkFactory
from tests.inventory.conftest import stock
from tests.valuation.conftest import _nothing_remembered, house, trained_files, version  # noqa: F401

D = Decimal
COST = {"cost": D("100.00"), "cost_currency": "EUR", "acquired_on": dt.date(2020, 1, 1)}


def add(world, work=None, actor=None, **fields):
    work = work or ArtworkFactory()
    return services.add_item(actor=actor or world.member, organisation=world.organisation, artwork=work, **fields)


def test_a_work_is_added_once_until_it_is_sold(world):
    item = add(world, **COST)
    with pytest.raises(ValidationError) as refused:
        add(world, item.artwork)
    assert "already" in str(refused.value)
    sale = {"status": "sold", "sold_price": D(150), "sold_currency": "EUR", "sold_on": dt.date(2021, 1, 1)}
    services.update_item(actor=world.member, item=item, **sale)
    again = add(world, item.artwork)
    assert InventoryItem.objects.filter(artwork=item.artwork).count() == 2
    assert again.status == "in_stock"


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"cost": D(-1), "cost_currency": "EUR"}, "__all__"),
        ({"cost": D(1)}, "cost_currency"),
        ({"cost": D(1), "cost_currency": "ZZZ"}, "cost_currency"),
        ({"acquired_on": dt.date(2190, 1, 1)}, "acquired_on"),
        ({"status": "lent"}, "status"),
        ({"status": "sold"}, "sold_price"),
        ({"status": "sold", "sold_price": D(1), "sold_currency": "EUR"}, "sold_on"),
        (
            {**COST, "status": "sold", "sold_price": D(1), "sold_currency": "EUR", "sold_on": dt.date(2019, 1, 1)},
            "sold_on",
        ),
        ({"location": "x" * 201}, "location"),
    ],
)
def test_what_cannot_be_is_refused_by_field(world, fields, at):
    with pytest.raises(ValidationError) as refused:
        add(world, **fields)
    assert at in refused.value.message_dict
    assert not InventoryItem.objects.exists()


def test_the_database_holds_the_rules_too(world, item):
    for change in ({"cost_currency": ""}, {"status": "sold"}, {"cost": -1}, {"value_low": 60_000}):
        with pytest.raises(IntegrityError), transaction.atomic():
            InventoryItem.objects.filter(pk=item.pk).update(**change)


def test_who_may_keep_an_inventory(world, item):
    for person in (world.outsider, world.staff):
        with pytest.raises(PermissionDenied):
            add(world, actor=person)
        with pytest.raises(PermissionDenied):
            services.update_item(actor=person, item=item, notes="x")
        with pytest.raises(PermissionDenied):
            services.remove_item(actor=person, item=item)
        with pytest.raises(PermissionDenied):
            jobs.request_refresh(actor=person, organisation=world.organisation)
    world.member.memberships.update(role="curator")
    with pytest.raises(PermissionDenied):
        add(world)
    assert InventoryItem.objects.get().notes == ""


def test_nobody_adds_a_work_that_they_may_not_see(world):
    hidden = ArtworkFactory(visibility="private", organisation=world.other_organisation)
    with pytest.raises(ValidationError):
        add(world, hidden)


def test_a_removal_can_be_taken_back_with_its_history(world, item):
    services.remove_item(actor=world.member, item=item)
    assert not InventoryItem.objects.visible_to(world.owner).exists()
    services.restore_item(actor=world.member, item=item)
    found = InventoryItem.objects.visible_to(world.owner).get()
    assert (found.cost, found.values.count()) == (item.cost, 1)


def test_a_removal_is_not_taken_back_twice(world, item):
    services.remove_item(actor=world.member, item=item)
    add(world, item.artwork)
    with pytest.raises(ValidationError):
        services.restore_item(actor=world.member, item=item)


def read(world, text: str):
    return bulk.add_items(actor=world.member, organisation=world.organisation, file=io.BytesIO(text.encode()))


def test_a_file_of_works_is_added(world):
    first, second = ArtworkFactory(), ArtworkFactory(organisation=world.organisation, inventory_number="A-7")
    read(
        world,
        "Artwork,Inventory number,Cost,Currency,Acquired on,Status,Location,Notes\n"
        f'{first.pk},,"1,250.50",EUR,2020-03-02,,Shelf,bought at a fair\n'
        ",A-7,,,,on consignment,,\n",
    )
    one, other = InventoryItem.objects.order_by("artwork_id")
    assert (one.artwork, one.cost, one.cost_currency, one.acquired_on) == (
        first,
        D("1250.50"),
        "EUR",
        dt.date(2020, 3, 2),
    )
    assert (other.artwork, other.cost, other.status) == (second, None, "on_consignment")
    assert one.added_by == world.member


def test_a_file_with_faults_adds_nothing_and_names_row_column_and_reason(world):
    work, held = ArtworkFactory(), ArtworkFactory()
    hidden = ArtworkFactory(visibility="private", organisation=world.other_organisation)
    stock(world.organisation, artwork=held)
    rows = [
        f"{work.pk},10,EUR,2020-01-01,in_stock", "999999,10,EUR,,", f"{hidden.pk},,,,", f"{held.pk},,,,", f"{work.pk},,,,",
        f"{work.pk},ten,EUR,,", f"{work.pk},10,,,", f"{work.pk},10,ZZZ,,", f"{work.pk},,,2.5.2020,", f"{work.pk},,,,lost",
        f"{work.pk},10 USD,EUR,,", ",,,,in_stock",
    ]  # fmt: skip
    with pytest.raises(bulk.BulkRefused) as refused:
        read(world, "artwork,cost,currency,acquired_on,status\n" + "\n".join(rows))
    found = [(error.row, error.column) for error in refused.value.errors]
    assert found == [
        (3, "artwork"), (4, "artwork"), (5, "artwork"), (6, "artwork"), (7, "cost"), (8, "currency"), (9, "currency"),
        (10, "acquired_on"), (11, "status"), (12, "cost"), (13, "inventory_number"),
    ]  # fmt: skip
    assert all(error.reason for error in refused.value.errors)
    assert InventoryItem.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "row", "said"),
    [
        ("", 1, "empty"), ("artwork\n", 2, "no row below"), ("title\nx\n", 1, "No such column"),
        ("artwork,artwork\n1,1\n", 1, "twice"), ("cost\n1\n", 1, "must name the works"), ("%PDF-1.7", 1, "no CSV"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused(world, text, row, said):
    with pytest.raises(bulk.BulkRefused) as refused:
        read(world, text)
    assert refused.value.errors[0].row == row
    assert said in " ".join(error.reason for error in refused.value.errors)


def test_ten_thousand_rows_cost_few_queries(world, django_assert_max_num_queries):
    works = [ArtworkFactory._meta.model(title=f"W{n}", visibility="public") for n in range(2_000)]
    ArtworkFactory._meta.model.objects.bulk_create(works)
    text = "artwork,cost,currency\n" + "".join(f"{work.pk},10,EUR\n" for work in works)
    with django_assert_max_num_queries(10):
        assert len(read(world, text)) == 2_000


def test_a_file_out_is_safe_in_a_spreadsheet_and_can_be_read_back(world):
    work = ArtworkFactory(title="=HYPERLINK(1)")
    stock(world.organisation, artwork=work, location="@SUM(A1)", notes="-1", value_reason="")
    heading, line = exports.item_lines(item_rows(world.member, world.organisation))
    row = dict(zip(heading, line, strict=True))
    assert (row["title"], row["location"], row["notes"]) == ("'=HYPERLINK(1)", "'@SUM(A1)", "'-1")
    assert (row["cost"], row["value_middle"]) == ("41337.00", "50000.00")
    back = {name: row[name] for name in ("artwork", "cost", "currency", "acquired_on", "status")}
    InventoryItem.objects.all().delete()
    read(world, ",".join(back) + "\n" + ",".join(back.values()))
    assert InventoryItem.objects.get().cost == D("41337.00")


class Quiet:
    """A context that remembers what it was told."""

    def __init__(self, stop_after: int = 10**9) -> None:
        self.checkpoint, self.told, self.left = {}, [], stop_after

    def progress(self, done, total=None, **more):
        self.told.append((done, total))

    def should_stop(self):
        self.left -= 1
        return self.left < 0

    def save_checkpoint(self, state):
        self.checkpoint = dict(state)


def empty(world, **fields):
    nothing = {"value_low": None, "value_middle": None, "value_high": None, "value_currency": "", "valued_on": None}
    return stock(world.organisation, **nothing, **fields)


def run(world, context):
    return jobs.refresh(context, organisation_id=world.organisation.pk, user_id=world.member.pk)


def test_a_refresh_estimates_all_unsold_works_and_twice_changes_nothing(world, version):  # noqa: F811
    known = Valuation.objects.model._meta.get_field("artwork").related_model.objects.order_by("pk").first()
    priced = empty(world, artwork=known)
    unknown = empty(world, artwork=ArtworkFactory(artist=None, height_cm=None, width_cm=None))
    sale = {"status": "sold", "sold_price": 1, "sold_currency": "EUR", "sold_on": dt.date(2021, 1, 1)}
    gone = empty(world, **sale)
    context = Quiet()
    result = run(world, context)
    assert (result["items"], result["estimated"]) == (2, 1)
    assert context.told[-1] == (2, 2)
    for one in (priced, unknown, gone):
        one.refresh_from_db()
    assert 0 < priced.value_low <= priced.value_middle <= priced.value_high
    assert (priced.value_currency, priced.value_eur) == ("EUR", priced.value_middle)
    assert priced.change_eur == (priced.value_middle / priced.cost - 1).quantize(D("0.0001"))
    assert "Neither an earlier offer" in unknown.value_reason
    assert gone.valued_on is None
    before = [list(InventoryItem.objects.order_by("pk").values()), list(InventoryValue.objects.values())]
    run(world, Quiet())
    assert [list(InventoryItem.objects.order_by("pk").values()), list(InventoryValue.objects.values())] == before
    assert Valuation.objects.count() == 2


def test_the_next_day_s_refresh_keeps_the_one_before(world, version, monkeypatch):  # noqa: F811
    known = ArtworkFactory._meta.model.objects.order_by("pk").first()
    item = empty(world, artwork=known)
    for day in (dt.date(2018, 1, 1), dt.date(2018, 2, 1)):
        monkeypatch.setattr("django.utils.timezone.localdate", lambda day=day: day)
        run(world, Quiet())
    item.refresh_from_db()
    assert (item.valued_on, item.previous_on) == (dt.date(2018, 2, 1), dt.date(2018, 1, 1))
    assert item.values.count() == 2
    assert item.previous_middle == item.values.earliest("on").middle


def test_a_stopped_refresh_goes_on_where_it_stopped(world, version):  # noqa: F811
    items = [empty(world, artwork=work) for work in ArtworkFactory._meta.model.objects.order_by("pk")[:3]]
    context = Quiet(stop_after=2)
    with pytest.raises(longwork.WorkCancelled):
        run(world, context)
    assert context.checkpoint == {"last": items[1].pk, "valued": 2}
    later = Quiet()
    later.checkpoint = context.checkpoint
    assert run(world, later)["estimated"] == 3
    assert [done for done, _total in later.told] == [3]


def test_a_refresh_without_a_model_says_so_at_each_work(world, item):
    run(world, Quiet())
    item.refresh_from_db()
    assert "No price model" in item.value_reason
    assert (item.value_middle, item.value_eur, item.valuation) == (None, None, None)


def test_who_left_the_organisation_refreshes_nothing(world, item):
    world.member.memberships.all().delete()
    with pytest.raises(PermissionError):
        run(world, Quiet())


def test_one_refresh_an_organisation_at_a_time(world, item):
    first = jobs.request_refresh(actor=world.member, organisation=world.organisation)
    assert jobs.request_refresh(actor=world.owner, organisation=world.organisation) == first
    job = Job.objects.get()
    assert (job.organisation, job.visibility) == (world.organisation, "private")
    assert "41337" not in str(job.parameters)


def test_sort_keys_are_null_where_a_rate_is_missing(world):
    item = stock(world.organisation, value_currency="GBP")
    from artmarket.sales.fx import RateTable

    valuing.set_sort_keys(item, RateTable.load())
    assert (item.value_eur, item.change_eur) == (None, None)


def test_the_demo_s_dealer_has_a_store_and_a_dossier(world, version, house):  # noqa: F811
    Organisation.objects.filter(pk=world.organisation.pk).update(slug="demo")
    User.objects.filter(pk=world.member.pk).update(username="dealer")
    works = Artwork.objects.order_by("pk")[:6]
    Artwork.objects.filter(pk__in=[work.pk for work in works]).update(is_invented=True)
    for place, work in enumerate(works):
        ArtworkImage.objects.create(
            artwork=work, sha256=f"{place:064x}", mime_type="image/png", width_px=9, height_px=9, size_bytes=9, is_primary=True
        )  # fmt: skip
    for _time in range(2):
        call_command("make_demo_inventory", works=4, verbosity=0)
    items = InventoryItem.objects.filter(organisation=world.organisation)
    assert items.count() == len(items.filter(value_middle__isnull=False)) == 4
    assert {item.values.count() for item in items} == {3}
    dossier = Dossier.objects.get()
    assert (dossier.purpose, dossier.made_by.username) == ("net_to_seller", "dealer")
