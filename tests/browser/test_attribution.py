"""Opinions on attributions in a real browser: every page in every form, heat switched, a verdict given by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from analysis.attribution import deciding
from analysis.attribution.models import AskedPicture, Decision
from artmarket.accounts.models import Membership
from artmarket.catalogue.models import Artwork, ArtworkImage
from tests.attribution.conftest import Hands, make_model, make_opinion
from tests.browser.conftest import Gallery, Visit
from tests.browser.walking import walk
from tests.factories import ArtistFactory
from tests.similarity.conftest import add_vector, make_space

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WARM = {
    "rows": 12,
    "columns": 16,
    "values": [(row * 13 + column * 7) % 201 - 100 for row in range(12) for column in range(16)],
}


@pytest.fixture
def hung(gallery: Gallery) -> dict[str, Any]:
    """The gallery with a model's opinions, an abstention, two experts, and vectors to find neighbours by."""
    rival = ArtistFactory(name="Otto Rival-Oppenheimer")
    hands = Hands(make_model(gallery.artist, rival), gallery.artist, rival)
    organisation = Membership.objects.get(user=gallery.user).organisation
    works = list(Artwork.objects.order_by("pk"))
    Artwork.objects.filter(pk__in=[works[0].pk, works[4].pk]).update(attribution="follower_of")
    works[0].refresh_from_db()
    space = make_space()
    for place, image in enumerate(ArtworkImage.objects.order_by("pk")):
        add_vector(space, image, [1, place / 5])
    parts = [
        {"name": "whole", "box": [0, 0, 1, 1]},
        {"name": "detail", "box": [0.05, 0.05, 0.5, 0.5]},
        *({"name": "patch", "box": [0.1 + 0.2 * step, 0.62, 0.16, 0.16]} for step in range(4)),
    ]
    first = make_opinion(hands, works[0])
    votes = [first.candidates, first.candidates[::-1], first.candidates]
    spoken = [part | {"candidates": votes[place % 3], "unknown": 0.2} for place, part in enumerate(parts)]
    first.delete()
    first = make_opinion(hands, works[0], parts=spoken, tests=False)
    for artist, ratio in ((hands.master, 38.0), (hands.rival, 0.004)):
        first.verifications.create(
            artist=artist, likelihood_ratio=ratio, threshold=1.5, false_accept=0.05, false_reject=0.1,
            accepted=ratio > 1, compared_with=60, heat_map=WARM, typicality=0.08 if ratio > 1 else None,
        )  # fmt: skip
    make_opinion(hands, works[0], tests=False, model_version=make_model(hands.master, is_active=False))
    for work in works[1:3]:
        make_opinion(hands, work, tests=False)
    silent = {"candidates": [], "parts": [], "unknown": 1.0, "leading": None, "leading_share": 0}
    abstained = make_opinion(hands, works[3], abstained="unlike_training", **silent)
    people = {"actor": gallery.user, "organisation": organisation, "confidence": "probable"}
    for work in works[:3]:
        deciding.record_expert(
            **people, artwork=work, expert="Dr Ada Brush", artist=gallery.artist, reason="The ground."
        )
        deciding.record_expert(**people, artwork=work, expert="Dr Bo Canvas", artist=rival, qualifier="studio_of")
    decide = {"actor": gallery.user, "organisation": organisation, "opinion": first}
    deciding.decide(**decide, verdict="comment", text="Look at the sails again.")
    sent = AskedPicture.objects.create(
        asked_by=gallery.user, picture=b"", sha256="0" * 64, width_px=10, height_px=10, search=None
    )
    return {"opinion": first, "abstained": abstained, "works": works, "sent": sent, "decide": decide}


def test_opinions_shut_nobody_out(visit: Visit, gallery: Gallery, hung: dict[str, Any]) -> None:
    opinion = hung["opinion"].get_absolute_url()
    pages = {
        "opinions": reverse("attribution:opinion-list"),
        "opinions-none": reverse("attribution:opinion-list") + "?strength=strong",
        "opinion": opinion,
        "opinion-for": f"{opinion}?show=for",
        "opinion-against": f"{opinion}?show=against&test={hung['opinion'].verifications.last().artist_id}",
        "opinion-abstained": hung["abstained"].get_absolute_url(),
        "opinion-work": reverse("attribution:work", args=[hung["works"][0].pk]),
        "opinion-work-bare": reverse("attribution:work", args=[hung["works"][5].pk]),
        "opinion-agreement": reverse("attribution:agreement"),
        "opinion-send": reverse("attribution:send-picture"),
        "opinion-artwork": hung["works"][0].get_absolute_url(),
    }
    problems = walk(visit, gallery.user, pages)
    assert not problems, "\n".join(problems)


def test_heat_is_switched_and_a_verdict_given_and_taken_back(
    visit: Visit, gallery: Gallery, hung: dict[str, Any]
) -> None:
    visitor = visit(gallery.user, width=360)
    page = visitor.page
    visitor.go(hung["opinion"].get_absolute_url())
    assert page.locator("svg.over rect").count() == 5
    page.get_by_role("link", name="What speaks for", exact=True).press("Enter")
    page.locator("img.over").wait_for()
    assert "show=for" in page.url
    assert page.locator("img.over").evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    size = page.evaluate(
        "[...document.querySelectorAll('.layered > *')].map(part => part.getBoundingClientRect().width)"
    )
    assert abs(size[0] - size[1]) < 1, "the heat lies exactly over the picture"
    assert visitor.violations() == []
    page.get_by_role("button", name="Accept").press("Enter")
    page.get_by_text("accepted", exact=True).first.wait_for()
    assert Decision.objects.standing().filter(verdict="accepted").count() == 1
    page.get_by_role("button", name="Take back accepted").press("Enter")
    page.get_by_role("button", name="Let it stand again").wait_for()
    assert not Decision.objects.standing().filter(verdict="accepted").exists()
    assert visitor.complaints == []
    assert visitor.overflow_px() <= 0
