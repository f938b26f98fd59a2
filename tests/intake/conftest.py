"""A small catalogue file and what it takes to import it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from artmarket.accounts.models import User
from artmarket.intake import running, services
from artmarket.intake.models import ImportSession
from artmarket.intake.spec import Spec, spec_from_json
from artmarket.sales.models import AuctionHouse, FxRate
from tests.conftest import World
from tests.factories import AuctionHouseFactory

HEADING = "Sale,Date,Lot,Artist,Title,Medium,Size,Low,High,Price,Picture\n"
GOOD = (
    "Spring,2019-03-05,1,JÚLIO POMAR - 1926-2018,Tigre,oil on canvas,60 x 80 cm,1000,1500,1200,a.jpg\n"
    "Spring,2019-03-05,2,CRUZEIRO SEIXAS - NASC. 1920,Sem título,ink on paper,20 x 30 cm,100,200,Not sold,b.jpg\n"
    "Autumn,2019-10-01,1,JÚLIO POMAR - 1926-2018,Macaco,oil on canvas,50 x 50 cm,800,900,,\n"
)
BAD = "Autumn,2019-10-01,2,JÚLIO POMAR - 1926-2018,Cavalo,oil on canvas,50 x 50 cm,900,800,850,\n"
MAP: dict[str, Any] = {
    "header": True,
    "fields": {
        "sale_title": "Sale", "sale_date": "Date", "lot_number": "Lot", "artist": "Artist", "title": "Title",
        "medium": "Medium", "dimensions": "Size", "estimate_low": "Low", "estimate_high": "High", "price": "Price",
        "image": "Picture",
    },
    "options": {"date_order": "ymd", "currency": "EUR", "price_basis": "hammer", "not_sold": ["not sold"]},
}  # fmt: skip


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def spec() -> Spec:
    return spec_from_json(MAP)


@pytest.fixture
def house(db: None) -> AuctionHouse:
    FxRate.objects.create(base="EUR", quote="USD", date="2018-12-31", rate="1.14", source="test")
    return AuctionHouseFactory(name="Lisbon House", currency="EUR")


Start = Callable[..., ImportSession]


@pytest.fixture
def start(world: World, house: AuctionHouse, spec: Spec) -> Start:
    """Start a session of the editor's organisation with some text as its file."""

    def begin(text: str = HEADING + GOOD, actor: User | None = None, **options: Any) -> ImportSession:
        return services.start_session(
            actor=actor or world.editor,
            file=io.BytesIO(text.encode()),
            file_name="spring.csv",
            house=options.pop("house", house),
            organisation=options.pop("organisation", world.organisation),
            spec=options.pop("spec", spec),
            **options,
        )

    return begin


@pytest.fixture
def checked(start: Start) -> Start:
    """A session whose file has been validated."""

    def begin(*args: Any, **options: Any) -> ImportSession:
        session = start(*args, **options)
        services.move(session, to="validating", allowed=("uploaded",))
        running.validate(session.pk)
        session.refresh_from_db()
        return session

    return begin


def commit(session: ImportSession, **options: Any) -> ImportSession:
    services.check_policy(session, session.policy)
    services.move(session, to="committing", allowed=("review", "committed"))
    running.commit(session.pk, **options)
    session.refresh_from_db()
    return session


def undo(session: ImportSession) -> dict[str, Any]:
    services.move(session, to="undoing", allowed=("committed",))
    running.undo(session.pk)
    session.refresh_from_db()
    return dict(session.report["undo"])
