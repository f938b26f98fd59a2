"""Imports write by COPY and undo by bulk deletes: what was offered must follow both."""

from __future__ import annotations

from artmarket.sales.models import Offer
from tests.intake.conftest import Start, commit, undo
from tests.sales.test_offers import kept_offers, obvious_offers


def test_an_import_is_offered_and_its_undoing_leaves_nothing(checked: Start) -> None:
    session = commit(checked())
    assert Offer.objects.filter(is_only=True).count() == 3
    assert kept_offers() == obvious_offers()
    undo(session)
    assert Offer.objects.count() == 0


def test_an_import_that_brings_lots_up_to_date_is_followed(checked: Start) -> None:
    commit(checked())
    text = (
        "Sale,Date,Lot,Artist,Title,Medium,Size,Low,High,Price,Picture\n"
        "Spring,2019-03-05,2,CRUZEIRO SEIXAS - NASC. 1920,Sem título,ink on paper,20 x 30 cm,100,200,170,b.jpg\n"
    )
    session = commit(checked(text))
    assert kept_offers() == obvious_offers()
    undo(session)
    assert kept_offers() == obvious_offers()
