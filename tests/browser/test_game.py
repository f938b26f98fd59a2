"""The adversarial game in a real Chromium: its derivatives are right, it converges, it is played by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import Gallery, Visit
from tests.browser.walking import walk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

GRADIENTS = """async () => {
    const { Network } = await import("/static/generation/game_network.js");
    const { Chance } = await import("/static/generation/game_chance.js");
    const { discriminatorLoss, generatorLoss } = await import("/static/generation/game_play.js");
    const chance = new Chance(3), n = 6, gamma = 0.7;
    const judge = new Network([2, 5, 4, 1], chance), maker = new Network([2, 5, 4, 2], chance);
    const draw = () => Float64Array.from({length: 2 * n}, () => chance.normal());
    const [real, made, noise] = [draw(), draw(), draw()];
    const sigmoid = value => 1 / (1 + Math.exp(-value));
    const mean = (values, of) => values.reduce((sum, value) => sum + of(value), 0) / n;
    const farthest = (network, loss) => {
        const gradients = network.arrays("gradients").map(each => each.slice());
        let most = 0;
        network.arrays("weights").forEach((weights, place) => weights.forEach((kept, k) => {
            const at = value => { weights[k] = value; const found = loss(); weights[k] = kept; return found; };
            most = Math.max(most, Math.abs((at(kept + 1e-5) - at(kept - 1e-5)) / 2e-5 - gradients[place][k]));
        }));
        return most;
    };
    const penalty = points => mean([...judge.slope(judge.forward(points, n), n)], value => gamma / 2 * value ** 2);
    const judged = () => mean([...judge.outputs(real, n)], v => -Math.log(sigmoid(v)))
        + mean([...judge.outputs(made, n)], v => -Math.log(1 - sigmoid(v))) + penalty(real) + penalty(made);
    const found = {};
    discriminatorLoss(judge, real, made, gamma);
    found.discriminator = farthest(judge, judged);
    for (const rule of ["helpful", "formula"]) {
        generatorLoss(maker, judge, noise, rule);
        const signed = rule === "helpful" ? v => -Math.log(sigmoid(v)) : v => Math.log(1 - sigmoid(v));
        found[rule] = farthest(maker, () => mean([...judge.outputs(maker.outputs(noise, n), n)], signed));
    }
    return found;
}"""
CONVERGES = """async () => {
    const { Game } = await import("/static/generation/game_play.js");
    const { observe } = await import("/static/generation/game_observing.js");
    const { figuresOf } = await import("/static/generation/game_figures.js");
    const game = new Game({shape: "eight"}, 1);
    const distance = () => figuresOf(game.shown(), game.training, game.heldOut, 0.24).frechet;
    const first = distance();
    for (let step = 0; step < 1000; step += 1) game.step();
    const {covered, precise, wide, state} = observe(game);
    return {first, last: distance(), covered, precise, wide, state};
}"""
COLLAPSES = """async () => {
    const { Game } = await import("/static/generation/game_play.js");
    const { observe } = await import("/static/generation/game_observing.js");
    const game = new Game(JSON.parse(document.querySelectorAll("[data-setup]")[1].dataset.setup), 1);
    const states = [];
    for (let step = 1; step <= 600; step += 1) { game.step(); if (step % 100 === 0) states.push(observe(game).state); }
    return states;
}"""
FIGURES = """async () => {
    const { figuresOf, frechet } = await import("/static/generation/game_figures.js");
    const { Game } = await import("/static/generation/game_play.js");
    const game = new Game({shape: "ring"}, 2);
    const shifted = game.training.map((value, k) => k % 2 ? value : value + 3);
    const score = points => figuresOf(points, game.training, game.heldOut, 0.24);
    return {copies: score(game.training), real: score(game.heldOut), shifted: frechet(shifted, game.training)};
}"""


@pytest.fixture
def played(visit: Visit, gallery: Gallery) -> Any:
    """A visitor who stands in the game."""
    visitor = visit(gallery.user)
    visitor.go(reverse("generation:game"))
    return visitor


def test_derivatives_are_those_of_the_losses(played: Any) -> None:
    """Analytic against central differences, for both networks, both rules and the slope penalty."""
    found = played.page.evaluate(GRADIENTS)
    assert set(found) == {"discriminator", "helpful", "formula"}
    assert max(found.values()) < 1e-7, found


def test_the_game_finds_eight_clusters_and_collapses_in_the_exercise(played: Any) -> None:
    found = played.page.evaluate(CONVERGES)
    assert found["last"] < found["first"] / 10, found
    assert (found["covered"] > 0.9, found["precise"] > 0.5, 0.8 < found["wide"] < 1.2) == (True, True, True), found
    assert played.page.evaluate(COLLAPSES).count("collapse") >= 3


def test_copies_get_the_best_distance_and_are_seen_by_their_nearness(played: Any) -> None:
    found = played.page.evaluate(FIGURES)
    assert found["copies"]["frechet"] == pytest.approx(0, abs=1e-9)
    assert found["copies"]["frechet"] < found["real"]["frechet"]
    assert (found["copies"]["copied"], found["real"]["copied"]) == (1, 0.5)
    assert found["shifted"] == pytest.approx(9, abs=1e-6), "moved by three: three squared"


def test_it_is_played_by_keyboard_alone(played: Any) -> None:
    page = played.page
    field = page.locator("[data-game] canvas")
    field.focus()
    page.keyboard.press("s")
    page.keyboard.press("s")
    expect(page.locator("[data-steps]")).to_have_text("2")
    page.keyboard.press("p")
    expect(page.locator("[data-toggle]")).to_have_text("Pause")
    expect(page.locator("[data-steps]")).not_to_have_text("2")
    page.keyboard.press("p")
    expect(page.locator("[data-toggle]")).to_have_text("Start")
    page.keyboard.press("r")
    expect(page.locator("[data-steps]")).to_have_text("0")
    expect(page.locator("[data-told-now]")).to_contain_text("Nothing has been learned yet")
    page.locator("#game-shape").select_option("own")
    expect(page.locator("[data-toggle]")).to_be_disabled()
    field.focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowRight", "ArrowDown") * 2:
        page.keyboard.press(key)
        page.keyboard.press("Space")
    expect(page.locator("[data-toggle]")).to_be_enabled()
    page.keyboard.press("s")
    expect(page.locator("[data-steps]")).to_have_text("1")
    expect(page.locator("[data-calm]")).to_be_visible()
    assert played.complaints == []


def test_the_teaching_page_shuts_nobody_out(visit: Visit, gallery: Gallery) -> None:
    problems = walk(visit, gallery.user, {"game": reverse("generation:game")})
    assert not problems, "\n".join(problems)
