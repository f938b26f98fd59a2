"""The rooms where work is done: imports, jobs, models, look-alikes, estimates and the admin shut nobody out."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from analysis.dossier.purposes import Terms
from analysis.dossier.services import make_dossier, withdraw
from analysis.inventory.models import InventoryItem, InventoryValue
from analysis.jobs.models import Job, JobLogLine
from analysis.registry.models import ModelVersion
from analysis.similarity.models import Embedding, EmbeddingSpace
from analysis.valuation.models import Valuation
from artmarket.accounts.models import Membership
from artmarket.catalogue.models import Artwork, ArtworkImage
from artmarket.intake import running, services
from artmarket.intake.models import ImportSession
from artmarket.intake.spec import spec_from_json
from artmarket.sales.models import AuctionHouse, Lot
from tests.browser.walking import Pages, walk
from tests.intake.conftest import BAD, GOOD, HEADING, MAP, commit
from tests.inventory.conftest import stock

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def started(gallery: Any, text: str) -> ImportSession:
    organisation = Membership.objects.get(user=gallery.user).organisation
    return services.start_session(
        actor=gallery.user, file=io.BytesIO(text.encode()), file_name="spring.csv", house=AuctionHouse.objects.get(),
        organisation=organisation, spec=spec_from_json(MAP),
    )  # fmt: skip


def checked(gallery: Any, text: str) -> ImportSession:
    session = started(gallery, text)
    services.move(session, to="validating", allowed=("uploaded",))
    running.validate(session.pk)
    session.refresh_from_db()
    return session


def import_pages(gallery: Any) -> Pages:
    fresh, doubtful = started(gallery, HEADING + GOOD.replace("Tigre", "Urso")), checked(gallery, HEADING + GOOD + BAD)
    written = commit(checked(gallery, HEADING + GOOD.replace("Tigre", "Lobo")))
    return {
        "imports": reverse("intake:import-list"),
        "import-new": reverse("intake:import-new"),
        "import-columns": fresh.get_absolute_url(),
        "import-checked": doubtful.get_absolute_url(),
        "import-rows": reverse("intake:import-rows", args=[doubtful.pk]),
        "import-written": written.get_absolute_url(),
    }


def job_pages(gallery: Any) -> Pages:
    now = timezone.now()
    course = {"loss": [[step, 1 / step] for step in range(1, 12)]}
    common = {"kind": "similarity.embed", "asked_by": gallery.user, "started_at": now, "heartbeat_at": now}
    running_job = Job.objects.create(
        **common, state="running", done=30, total=100, phase="embedding pictures", series=course, seconds_left=90
    )
    endless = Job.objects.create(**common, state="running", phase="reading")
    failed = Job.objects.create(**common, state="failed", finished_at=now, error="The disk is full.")
    done = Job.objects.create(**common, state="succeeded", finished_at=now, done=9, total=9, result={"embedded": 9})
    for job in (running_job, failed):
        JobLogLine.objects.create(job=job, message="Batch 3 was written.")
    shown = {"running": running_job, "endless": endless, "failed": failed, "done": done}
    return {"jobs": reverse("jobs:job-list")} | {f"job-{name}": job.get_absolute_url() for name, job in shown.items()}


def look_alike_pages(gallery: Any) -> Pages:
    version = ModelVersion.objects.create(
        kind="backbone", name="compact", is_active=True, parameters={"source": "trained", "network": "compact"},
        figures={"recall at 1": 0.63}, card={"made for": "pictures that look alike"},
    )  # fmt: skip
    space = EmbeddingSpace.objects.create(model_version=version, dimensions=4, state="active")
    for place, image in enumerate(ArtworkImage.objects.order_by("pk")):
        Embedding.objects.create(space=space, image=image, vector=[1, place / 10, 0, 0])
    return {
        "models": reverse("registry:model-list"),
        "model": version.get_absolute_url(),
        "search": reverse("similarity:search"),
        "alike": reverse("similarity:artwork", args=[gallery.work.pk]),
    }


def estimate_pages(gallery: Any) -> Pages:
    version = ModelVersion.objects.create(
        kind="valuation", scope="auction:USD", name="LightGBM", is_active=True, card={"last sale": "2018-01-01"}
    )
    lot = Lot.objects.filter(artworks=gallery.work).order_by("-sale_date")[0]
    facts = {"artwork": gallery.work, "model_version": version, "effective_date": dt.date(2019, 5, 14),
             "currency": "USD", "price_basis": "hammer", "visibility": "public"}  # fmt: skip
    evidence = {"start": 7.0, "effects": [["artist_mean", 0.2], ["area", 0.1]]}
    amounts = {"low": Decimal(800), "middle": Decimal(1500), "high": Decimal(2600), "contributions": evidence}
    given = Valuation.objects.create(**facts, **amounts, lot=lot, inputs_sha256="a" * 64)
    none = Valuation.objects.create(**facts, abstained="too_wide:85", inputs_sha256="b" * 64)
    return {"estimate": given.get_absolute_url(), "abstained": none.get_absolute_url()}


def inventory_pages(gallery: Any) -> Pages:
    organisation = Membership.objects.get(user=gallery.user).organisation
    works = Artwork.objects.order_by("pk")
    for place, work in enumerate(works[:4]):
        stock(
            organisation, artwork=work, previous_on=dt.date(2024, 4, 1), previous_currency="EUR", previous_middle=45_000
        )
        if place == 3:
            InventoryItem.objects.filter(artwork=work).update(value_currency="GBP", value_reason="")
    for item in InventoryItem.objects.all()[:2]:
        InventoryValue.objects.create(
            item=item, on=dt.date(2023, 4, 1), currency="EUR", low=900, middle=1_000, high=1_200
        )
    item = InventoryItem.objects.order_by("pk")[0]
    return {
        "inventory": reverse("inventory:item-list"),
        "inventory-none": reverse("inventory:item-list") + "?status=sold",
        "inventory-item": item.get_absolute_url(),
        "inventory-add": reverse("inventory:item-new", args=[works[4].pk]),
        "inventory-file": reverse("inventory:item-bulk"),
    }


def dossier_pages(gallery: Any) -> Pages:
    estimate_pages(gallery)
    given = Valuation.objects.filter(middle__isnull=False)[0]
    organisation = Membership.objects.get(user=gallery.user).organisation
    common = {"actor": gallery.user, "valuation": given, "organisation": organisation, "terms": Terms()}
    whole = make_dossier(**common, purpose="auction", check_at="/dossiers/check/")
    gone = make_dossier(**common, purpose="net_to_seller", check_at="/dossiers/check/")
    withdraw(actor=gallery.user, dossier=gone, reason="The signature proved false.")
    return {
        "dossiers": reverse("dossier:dossier-list"),
        "dossier-new": reverse("dossier:dossier-new", args=[given.pk]),
        "dossier": whole.get_absolute_url(),
        "dossier-withdrawn": gone.get_absolute_url(),
        "dossier-check": reverse("dossier:dossier-check"),
        "dossier-genuine": reverse("dossier:dossier-check") + f"?hash={whole.content_sha256}",
    }


def admin_pages(gallery: Any) -> Pages:
    gallery.user.is_superuser = True
    gallery.user.save()
    return {
        "admin": reverse("admin:index"),
        "admin-artworks": reverse("admin:catalogue_artwork_changelist"),
        "admin-artwork": reverse("admin:catalogue_artwork_change", args=[gallery.work.pk]),
        "admin-lots": reverse("admin:sales_lot_changelist"),
        "admin-lot": reverse("admin:sales_lot_change", args=[Lot.objects.first().pk]),
    }


MAKERS = {
    "imports": import_pages,
    "jobs": job_pages,
    "look-alikes": look_alike_pages,
    "estimates": estimate_pages,
    "inventory": inventory_pages,
    "dossiers": dossier_pages,
    "admin": admin_pages,
}


@pytest.mark.parametrize("room", MAKERS)
def test_no_room_shuts_anybody_out(visit, gallery, room, tmp_path: Path):
    settings.MODELS_DIR = tmp_path / "models"
    problems = walk(visit, gallery.user, MAKERS[room](gallery))
    assert not problems, "\n".join(problems)


def test_one_artist_s_look_alikes_are_asked_for_and_let_go(visit, gallery):
    visitor = visit(gallery.user)
    visitor.go(look_alike_pages(gallery)["alike"])
    visitor.page.locator(".filters summary").click()
    visitor.page.get_by_label("Only this artist").check()
    visitor.page.locator(".filters").get_by_role("button", name="Show").click()
    visitor.page.wait_for_url(f"**artist={gallery.artist.pk}*")
    box = visitor.page.get_by_label("Only this artist")
    assert box.is_checked()
    box.uncheck()
    visitor.page.locator(".filters").get_by_role("button", name="Show").click()
    visitor.page.wait_for_load_state("networkidle")
    assert "artist=" not in visitor.page.url
