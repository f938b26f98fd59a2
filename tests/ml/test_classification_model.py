"""The whole: trained on painted pictures of known style and medium, kept, asked; and the command line."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ml.artefacts import BadArtefact
from ml.backbone import build
from ml.backbone.interface import Provenance
from ml.backbone.networks import trunk
from ml.classification import Classifier, load
from ml.classification.__main__ import main
from ml.classification.finetuning import Lesson, Settings, fine_tune
from ml.classification.gathering import Gathered, gather, look
from ml.classification.network import masked_loss
from ml.classification.probing import TooLittle, fit
from ml.images import UnreadablePicture, square
from ml.reporter import SilentReporter
from ml.training import Schedule
from ml.training.varying import varied_file
from tests.ml.atelier import make_collection, paint


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Gathered:
    return gather(make_collection(tmp_path_factory.mktemp("atelier")), 128, SilentReporter())


@pytest.fixture(scope="module")
def classifier(gathered: Gathered) -> Classifier:
    torch.manual_seed(1)
    backbone = build("compact", trunk("compact"), Provenance("untrained"), device="cpu")
    return fit(backbone, look(backbone, gathered, SilentReporter()), gathered.asked, gathered.groups, SilentReporter())


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_an_unseen_picture_is_told_by_style_and_medium(classifier: Classifier) -> None:
    reading = classifier.read_picture(paint("Green", "Oil on canvas", 900))
    told = {answer.question: answer.choices for answer in reading.answers}
    assert reading.abstained == ""
    assert told["style"][0].answer == "Green"
    assert told["medium"][0].answer == "oil"
    assert told["style"][0].probability > 0.6
    for choices in told.values():
        assert sum(choice.probability for choice in choices) == pytest.approx(1)
        assert [one.probability for one in choices] == sorted((one.probability for one in choices), reverse=True)


def test_it_answers_the_same_after_saving(classifier: Classifier, tmp_path: Path) -> None:
    classifier.save(tmp_path)
    again, shown = load(tmp_path, device="cpu"), paint("Blue", "Tempera on panel", 901)
    assert again.manifest == json.loads(json.dumps(classifier.manifest))
    for one, other in zip(classifier.read_picture(shown).answers, again.read_picture(shown).answers, strict=True):
        assert [each.answer for each in one.choices] == [each.answer for each in other.choices]
        assert [e.probability for e in one.choices] == pytest.approx([e.probability for e in other.choices], abs=1e-4)
    assert not list(tmp_path.rglob("*.pt")) + list(tmp_path.rglob("*.pkl"))


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (Image.new("RGB", (200, 200), "white"), "blank"),
        (Image.new("RGB", (8, 8)), "too_small"),
        (Image.new("RGB", (30000, 64)), "too_long"),
        (Image.fromarray(np.kron(np.indices((32, 32)).sum(0) % 2, np.ones((8, 8))).astype(np.uint8) * 255), "unlike_training"),
    ],
    ids=["blank", "tiny", "strip", "no artwork"],
)  # fmt: skip
def test_nothing_is_said_of_what_cannot_be_judged_and_why(
    classifier: Classifier, picture: Image.Image, reason: str
) -> None:
    reading = classifier.read_picture(picture)
    assert (reading.answers, reading.abstained) == ((), reason)


@pytest.mark.parametrize("mode", ["CMYK", "I;16", "LA", "P"])
def test_pictures_of_any_kind_are_read(classifier: Classifier, mode: str) -> None:
    shown = paint("Red", "Oil on canvas", 77)
    if mode == "I;16":
        shown = Image.fromarray(np.asarray(shown.convert("L")).astype(np.uint16) * 257)
    else:
        shown = shown.convert(mode)
    out = io.BytesIO()
    shown.save(out, "TIFF" if mode != "P" else "GIF")
    reading = classifier.read_file(out.getvalue())
    assert reading.answers or reading.abstained == "unlike_training"


def test_sixteen_bits_are_seen_as_eight(classifier: Classifier) -> None:
    grey = paint("Red", "Oil on canvas", 77).convert("L")
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    assert np.array_equal(square(deep, 128), square(grey, 128))


def test_a_broken_picture_is_an_error(classifier: Classifier) -> None:
    with pytest.raises(UnreadablePicture):
        classifier.read_file(b"no picture")


def test_tensors_of_another_model_are_refused(classifier: Classifier, tmp_path: Path) -> None:
    classifier.save(tmp_path)
    file = tmp_path / "heads.safetensors"
    file.write_bytes(file.read_bytes()[:-4] + b"\1\2\3\4")
    with pytest.raises(BadArtefact, match="checksum"):
        load(tmp_path, device="cpu")


def test_too_little_to_learn_from_is_said(gathered: Gathered) -> None:
    backbone = build("compact", trunk("compact"), Provenance("untrained"), device="cpu")
    features = look(backbone, gathered, SilentReporter())
    with pytest.raises(TooLittle):
        fit(backbone, features, [], gathered.groups, SilentReporter())


def test_features_are_looked_up_again_not_computed(gathered: Gathered, tmp_path: Path) -> None:
    backbone = build("compact", trunk("compact"), Provenance("untrained"), device="cpu")
    first = look(backbone, gathered, SilentReporter(), cache=tmp_path)
    (file,) = tmp_path.iterdir()
    written = file.stat().st_mtime_ns
    assert np.array_equal(look(backbone, gathered, SilentReporter(), cache=tmp_path), first)
    assert file.stat().st_mtime_ns == written
    torch.manual_seed(8)
    other = build("compact", trunk("compact"), Provenance("untrained"), device="cpu")
    assert not np.allclose(look(other, gathered, SilentReporter(), cache=tmp_path), first)


def test_what_is_not_said_of_a_picture_teaches_nothing() -> None:
    logits = {"style": torch.randn(4, 3, requires_grad=True), "genre": torch.randn(4, 2, requires_grad=True)}
    priors = {"style": torch.zeros(3), "genre": torch.zeros(2)}
    unsaid = torch.full((4,), -1)
    said = masked_loss(logits, {"style": torch.tensor([0, -1, 2, -1]), "genre": unsaid}, priors)
    alone = torch.nn.functional.cross_entropy(logits["style"][[0, 2]], torch.tensor([0, 2]))
    assert said.item() == pytest.approx(alone.item())
    said.backward()
    assert logits["genre"].grad is None
    assert float(masked_loss(logits, {"style": unsaid, "genre": unsaid}, priors)) == 0


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "steps"), [(1.0, 60), (0.0, 8)], ids=["from scratch", "frozen"])
def test_end_to_end_learns_and_becomes_a_classifier(
    gathered: Gathered, tmp_path: Path, rate: float, steps: int
) -> None:
    torch.manual_seed(1)
    network = trunk("compact")
    before = [value.clone() for value in network.state_dict().values()]
    schedule = Schedule(steps=steps, batch=16, learning_rate=5e-3, ema=0.9, check_every=20, save_every=30, device="cpu")
    lesson = Lesson(
        gathered.pixels, lambda index, random: varied_file(gathered.rows[index].file, 128, random),
        gathered.asked, gathered.groups,
    )  # fmt: skip
    classifier, outcome = fine_tune(
        "compact", network, lesson, Settings(schedule, rate), SilentReporter(), folder=tmp_path
    )
    after = list(network.state_dict().values())
    assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True)) == (rate == 0)
    assert 0 <= outcome.waiting_share <= 1
    assert outcome.best > 0.55
    reading = classifier.read_picture(paint("Green", "Oil on canvas", 903))
    assert {answer.question: answer.choices[0].answer for answer in reading.answers}["style"] == "Green"
    classifier.save(tmp_path / "kept")
    assert load(tmp_path / "kept", device="cpu").scales == (1.0,)


def test_the_command_line_trains_evaluates_and_predicts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, model = str(make_collection(tmp_path / "data", 30)), str(tmp_path / "model")
    backbone = tmp_path / "backbone"
    build("compact", trunk("compact"), Provenance("untrained"), device="cpu").save(backbone)
    more = ["--backbone", str(backbone), "--only", "style", "medium", "--cache", str(tmp_path / "cache")]
    assert main(["train", model, data, *more]) == 0
    manifest = json.loads(capsys.readouterr().out)
    assert manifest["pictures"] == 30
    assert len(manifest["data"]) == 64
    (style, _medium) = manifest["parts"]
    assert [each["name"] for each in style["controls"]] == ["untrained network", "colour histogram", "majority"]
    assert main(["evaluate", data, *more]) == 0
    assert "colour histogram" in capsys.readouterr().out
    assert main(["evaluate", data, "--model", model]) == 0
    assert json.loads(capsys.readouterr().out)["style"]["n"] > 20
    blank = tmp_path / "blank.png"
    blank.write_bytes(png(Image.new("RGB", (100, 100), "white")))
    assert main(["predict", model, f"{data}/0.jpg", str(blank)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["answers"]["style"][0]["answer"] == "Red"
    assert (lines[1]["abstained"], lines[1]["answers"]) == ("blank", {})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["predict", "nowhere", "picture.jpg"], "classifier.json"),
        (["train", "model", "nowhere"], "nowhere"),
        (["train", "model", "DATA", "--network", "resnet18"], "weights of resnet18"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(make_collection(tmp_path / "data", 6)) if "DATA" in arguments else ""
    assert main([data if each == "DATA" else str(tmp_path / each) if each in {"nowhere", "model"} else each
                 for each in arguments]) == 1  # fmt: skip
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert said in error
