"""Hands are told apart on works not seen; strangers are called so; what is said adds up, and is the same when loaded again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml.artefacts import BadArtefact
from ml.attribution import Attributor, Settings, TooFewPictures, Trained, load, train
from ml.nonartworks import constructed
from ml.reporter import Cancelled, SilentReporter
from tests.ml.painters import eyes, paint, school, works_of

SETTINGS = Settings(axes=60, kept=16, perturbed=22, imitations=12, restyled=4)


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train(school(), eyes(), SilentReporter(), settings=SETTINGS)


@pytest.fixture(scope="module")
def attributor(trained: Trained) -> Attributor:
    return trained.attributor


def test_what_is_no_artwork_is_refused_and_how_often_stands_on_the_card(trained: Trained) -> None:
    shares = trained.figures["non_artworks_refused"]
    for kind in ("page of text", "chart", "square code", "noise"):
        assert shares[kind] == 1
        assert trained.attributor.opine(constructed(kind, 20)).abstained == "unlike_training"
    assert any("no artworks" in limit for limit in trained.card["limits"])


def test_works_not_seen_are_given_to_their_painters(attributor: Attributor) -> None:
    asked = [(painter, paint(painter, work)) for painter in range(6) for work in range(100, 104)]
    right = [attributor.opine(pixels).candidates[0].artist == f"painter {painter}" for painter, pixels in asked]
    assert np.mean(right) >= 0.9


def test_a_stranger_is_likelier_nobody_known_than_a_painter_s_own_new_work(attributor: Attributor) -> None:
    strangers = [attributor.opine(paint(painter, 0)).unknown for painter in range(80, 95)]
    own = [attributor.opine(paint(painter, 200)).unknown for painter in range(6)]
    assert np.mean(strangers) > np.mean(own) + 0.2


def test_an_opinion_s_probabilities_add_up_to_one(attributor: Attributor) -> None:
    opinion = attributor.opine(paint(2, 300))
    assert sum(each.probability for each in opinion.candidates) + opinion.unknown == pytest.approx(1, abs=1e-6)
    chances = [each.probability for each in opinion.candidates]
    assert chances == sorted(chances, reverse=True)
    assert {each.artist for each in opinion.candidates} == set(attributor.artists)
    assert 0 <= opinion.disagreement <= 1


def test_the_whole_details_and_patches_each_say_theirs(attributor: Attributor) -> None:
    parts = attributor.opine(paint(1, 300)).parts
    assert {part.name for part in parts} == {"whole", "detail", "patch"}
    for kind in ("detail", "patch"):
        area = sum(part.box[2] * part.box[3] for part in parts if part.name == kind)
        assert area == pytest.approx(1)
    assert all(1 <= len(part.candidates) <= 3 for part in parts)


def test_verification_accepts_the_painter_and_not_another(attributor: Attributor) -> None:
    pixels = [paint(painter, 400) for painter in range(6)]
    own = [attributor.verify(each, f"painter {painter}") for painter, each in enumerate(pixels)]
    others = [attributor.verify(each, f"painter {(painter + 1) % 6}") for painter, each in enumerate(pixels)]
    assert np.mean([each.accepted for each in own]) > np.mean([each.accepted for each in others])
    assert (
        np.median([each.likelihood_ratio for each in own]) > 1 > np.median([each.likelihood_ratio for each in others])
    )
    for each in own:
        assert each.accepted == (each.likelihood_ratio >= each.threshold)
        assert 0 <= each.false_accept <= 1
        assert each.compared_with > 0


def test_who_is_not_known_cannot_be_verified(attributor: Attributor) -> None:
    with pytest.raises(KeyError):
        attributor.verify(paint(0, 1), "nobody")
    with pytest.raises(KeyError):
        attributor.heat_map(paint(0, 1), "nobody")


def test_the_heat_map_finds_the_half_that_the_painter_painted(attributor: Attributor) -> None:
    found = []
    for work in range(500, 506):
        left, right = paint(0, work), paint(3, work)
        pixels = np.concatenate([left[:, :48], right[:, 48:]], axis=1)
        heat = attributor.heat_map(pixels, "painter 0")
        assert heat.shape == (8, 8)
        assert np.abs(heat).max() <= 1
        found.append(heat[:, :4].mean() > heat[:, 4:].mean())
    assert np.mean(found) >= 0.8


def test_the_space_of_hands_holds_works_of_one_hand_together(attributor: Attributor) -> None:
    side = attributor.input_px
    squares = np.stack(
        [paint(painter, work, side=side).transpose(2, 0, 1) for painter in range(6) for work in (600, 601)]
    )
    vectors = attributor.hand(squares)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(12), abs=1e-5)
    likeness = vectors @ vectors.T - 9 * np.eye(12)
    assert np.mean(likeness.argmax(1) // 2 == np.arange(12) // 2) >= 0.8


@pytest.mark.parametrize(
    ("pixels", "reason"),
    [
        (np.full((200, 200, 3), 128, np.uint8), "blank"),
        (np.random.default_rng(1).integers(0, 255, (8, 8, 3), np.uint8), "too_small"),
        (np.random.default_rng(1).integers(0, 255, (40, 4000, 3), np.uint8), "too_long"),
    ],
    ids=["blank", "tiny", "strip"],
)
def test_it_says_why_it_says_nothing(attributor: Attributor, pixels: np.ndarray, reason: str) -> None:
    opinion = attributor.opine(pixels)
    assert opinion.abstained == reason
    assert opinion.candidates == ()
    with pytest.raises(ValueError, match=reason):
        attributor.verify(pixels, "painter 0")


def test_what_was_saved_says_the_same(trained: Trained, tmp_path: Path) -> None:
    trained.save(tmp_path)
    again = load(tmp_path, device="cpu")
    pixels = paint(4, 700)
    assert again.opine(pixels).candidates == trained.attributor.opine(pixels).candidates
    assert again.verify(pixels, "painter 4") == trained.attributor.verify(pixels, "painter 4")
    assert not list(tmp_path.rglob("*.pkl"))


def test_a_broken_file_is_told(trained: Trained, tmp_path: Path) -> None:
    trained.save(tmp_path)
    (tmp_path / "hands.safetensors").write_bytes(b"no tensors")
    with pytest.raises(BadArtefact):
        load(tmp_path, device="cpu")


def test_the_same_pictures_and_seed_give_the_same_model(trained: Trained) -> None:
    again = train(school(), eyes(), SilentReporter(), settings=SETTINGS)
    assert again.figures == trained.figures
    assert np.allclose(again.attributor.bench.heads["whole"].weights, trained.attributor.bench.heads["whole"].weights)


def test_figures_stand_beside_their_controls(trained: Trained) -> None:
    figures, controls = trained.figures, {each["name"]: each for each in trained.card["controls"]}
    assert figures["top1"] > controls["hand with most works"]["top1"]
    assert set(controls) == {"this model", "colour histogram", "hand with most works"}
    for name in ("top1", "top5", "balanced_accuracy", "ece", "brier", "auroc", "fpr_at_95_tpr", "eer"):
        assert name in figures
    assert figures["imitations"] > 0
    for way in ("matched", "restyled"):
        told = figures["imitations_by_way"][way]
        assert told["imitations"] > 0
        assert 0 <= told["given_to_master"] + told["called_strange"] <= 1
    assert figures["unusable"] == 0


def test_few_works_make_no_hand(attributor: Attributor) -> None:
    assert len(attributor.artists) == 6


def test_enough_followers_are_a_hand_of_their_own() -> None:
    pictures = school(painters=3) + [
        replace(picture, artist="painter 0", qualifier="follower of") for picture in works_of(20, 8)
    ]
    trained = train(
        pictures, eyes(), SilentReporter(), settings=replace(SETTINGS, perturbed=0, imitations=0, restyled=0)
    )
    assert "painter 0|follower of" in trained.attributor.artists


def test_too_few_hands_are_refused_before_anything_is_looked_at() -> None:
    def never() -> np.ndarray:
        raise AssertionError("looked at")

    pictures = [replace(picture, load=never) for picture in works_of(1, 9) + works_of(2, 2)]
    with pytest.raises(TooFewPictures, match="5 works"):
        train(pictures, eyes(), SilentReporter(), settings=SETTINGS)


def test_a_stopped_training_goes_on_from_what_was_looked_at(tmp_path: Path) -> None:
    class StopAt(SilentReporter):
        def __init__(self, most: int) -> None:
            self.most, self.asked = most, 0

        def should_stop(self) -> bool:
            self.asked += 1
            return self.asked > self.most

    with pytest.raises(Cancelled):
        train(school(), eyes(), StopAt(2), checkpoint=tmp_path, settings=SETTINGS)
    kept = {file: file.stat().st_mtime_ns for file in tmp_path.glob("looks-*")}
    assert len(kept) == 2
    trained = train(school(), eyes(), SilentReporter(), checkpoint=tmp_path, settings=SETTINGS)
    assert len(trained.attributor.artists) == 6
    assert all(file.stat().st_mtime_ns == at for file, at in kept.items())
