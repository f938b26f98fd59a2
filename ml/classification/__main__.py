"""``python -m ml.classification train|evaluate|predict``: tell pictures' style, medium, period … without the site.

``train FOLDER DATA`` learns from a ``metadata.csv`` or a folder of artists' folders; ``evaluate DATA`` measures by five folds
over works, beside controls, or an existing model with ``--model FOLDER``; ``predict FOLDER PICTURE…`` prints a line each.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ml.artefacts import BadArtefact, save_json
from ml.backbone import RECIPES, NoWeights, untrained
from ml.backbone import load as load_backbone
from ml.backbone.choosing import add_eyes, eyes_or_learned, folder_of, name_of
from ml.backbone.networks import trunk
from ml.backbone.weights import from_file
from ml.classification import load, measuring
from ml.classification.evaluating import evaluate, rounded
from ml.classification.features import Features, histogram
from ml.classification.finetuning import Lesson, Settings, fine_tune
from ml.classification.gathering import Gathered, gather, look
from ml.classification.probing import TooLittle, fit
from ml.collection import BadCollection
from ml.images import Pixels, UnreadablePicture
from ml.refusals import REASONS
from ml.reporter import StreamReporter
from ml.training import Schedule, processes
from ml.training.varying import varied_file
from ml.valuation.versions import code_version

NAMES = ("style", "genre", "medium", "support", "period", "artist")


def measure(gathered: Gathered, features: Features, asked: argparse.Namespace) -> list[dict[str, Any]]:
    """A card's parts by five folds over works, each figure beside those of its controls."""
    bare = look(
        untrained(name_of(asked), device=asked.device),
        gathered,
        StreamReporter(),
        cache=asked.cache,
        phase="the untrained network",
    )
    controls = {"untrained network": bare, "colour histogram": histogram(gathered.pixels)}
    return evaluate(gathered.asked, features, controls, gathered.groups, StreamReporter(), phase="five folds")


def run_train(asked: argparse.Namespace) -> None:
    """Train, measure, keep the model in the folder, print its manifest."""
    with processes.joined():
        gathered = gather(
            asked.data, RECIPES[name_of(asked)].input_px, StreamReporter(), only=asked.only, least=asked.least
        )
        facts = {"data": gathered.fingerprint, "code": code_version(), "works": int(gathered.groups.max()) + 1}
        if asked.end_to_end or asked.scratch:
            classifier = train_whole(gathered, asked, facts)
        else:
            backbone = eyes_or_learned(asked, gathered.pixels, StreamReporter())
            features = look(backbone, gathered, StreamReporter(), cache=asked.cache, phase="looking")
            parts = [] if asked.unmeasured else measure(gathered, features, asked)
            classifier = fit(backbone, features, gathered.asked, gathered.groups, StreamReporter(), phase="heads",
                             pixels=gathered.pixels,
                             manifest={**facts, "how": "frozen trunk", "parts": parts})  # fmt: skip
        if processes.rank() == 0:
            classifier.save(asked.folder)
            print(json.dumps(short(classifier.manifest), ensure_ascii=False))


def train_whole(gathered: Gathered, asked: argparse.Namespace, facts: dict[str, Any]) -> Any:
    """End to end, from weights or from scratch."""
    name = name_of(asked)
    network = trunk(name) if asked.scratch else load_trunk(asked)
    defaults = Settings()
    schedule: Schedule = replace(
        defaults.schedule, steps=asked.steps, batch=asked.batch, device=asked.device, precision=asked.precision,
        check_every=max(1, asked.steps // 12),
    )  # fmt: skip
    rate = 1.0 if asked.scratch else 0.0 if asked.freeze else defaults.trunk_rate
    side = RECIPES[name].input_px

    def varied(index: int, random: np.random.Generator) -> Pixels:
        return varied_file(gathered.rows[index].file, side, random)

    classifier, outcome = fine_tune(
        name, network, Lesson(gathered.pixels, varied, gathered.asked, gathered.groups),
        Settings(schedule, rate), StreamReporter(), folder=asked.folder / "run", phase="training",
        manifest={**facts, "schedule": asdict(schedule), "trunk_rate": rate},
    )  # fmt: skip
    told = {"steps": outcome.steps, "best_step": outcome.best_step, **outcome.speed()}
    if "waiting_share" in told:
        print(f"the device waited for pictures {told['waiting_share']:.1%} of the time", file=sys.stderr)
    return replace(classifier, manifest={**classifier.manifest, **told})


def load_trunk(asked: argparse.Namespace) -> torch.nn.Sequential:
    if folder := folder_of(asked):
        network = load_backbone(folder, device="cpu")._features.get_submodule("trunk")
        return network  # type: ignore[return-value]
    if not asked.weights:
        raise NoWeights("Say where to begin: --weights FILE, --backbone FOLDER, or --scratch.")
    return from_file(name_of(asked), asked.weights)


def short(manifest: dict[str, Any]) -> dict[str, Any]:
    """A manifest without its long tables."""
    parts = [{key: part[key] for key in ("name", "figures", "controls")} for part in manifest.get("parts", [])]
    return rounded({**manifest, "parts": parts})  # type: ignore[no-any-return]


def run_evaluate(asked: argparse.Namespace) -> None:
    """Print a table: by folds, or of a kept model on pictures that it did not learn from."""
    if asked.model:
        print(json.dumps(of_model(asked), ensure_ascii=False, indent=1))
        return
    gathered = gather(
        asked.data, RECIPES[name_of(asked)].input_px, StreamReporter(), only=asked.only, least=asked.least
    )
    backbone = eyes_or_learned(asked, gathered.pixels, StreamReporter())
    features = look(backbone, gathered, StreamReporter(), cache=asked.cache, phase="looking")
    parts = measure(gathered, features, asked)
    if asked.out:
        save_json({"parts": parts, "data": gathered.fingerprint, "code": code_version()}, asked.out)
    print("\n".join(table(parts)))


def of_model(asked: argparse.Namespace) -> dict[str, Any]:
    """Figures of a kept model on another collection; answers that it does not know are left out, and counted."""
    classifier = load(asked.model, device=asked.device)
    gathered = gather(asked.data, classifier.backbone.input_px, StreamReporter(), only=asked.only, least=1)
    readings = classifier.read(gathered.pixels)
    told: dict[str, Any] = {"pictures": len(readings), "abstained": sum(1 for each in readings if each.abstained)}
    scaled = classifier.scaling(look_at(classifier, gathered.pixels))
    for head in classifier.heads:
        question = next((each for each in gathered.asked if each.name == head.name), None)
        if question is None:
            continue
        number = {answer: place for place, answer in enumerate(head.answers)}
        words = [question.answers[target] if target >= 0 else "" for target in question.targets]
        known = np.array([word in number for word in words])
        if known.any():
            wanted = np.array([number.get(word, 0) for word in words])[known]
            told[head.name] = rounded(measuring.figures(head.probabilities(scaled[known]), wanted))
            told[head.name]["unknown_answers"] = int(((question.targets >= 0) & ~known).sum())
    return told


def look_at(classifier: Any, pixels: Pixels) -> Features:
    from ml.classification.features import features_of

    size = classifier.backbone.plan.batch_size
    found = [
        features_of(classifier.backbone, pixels[at : at + size], scales=classifier.scales)
        for at in range(0, len(pixels), size)
    ]
    return np.concatenate(found)


def table(parts: Sequence[dict[str, Any]]) -> list[str]:
    """Lines of a table: each question's figures above those of its controls."""
    names = ("top_1", "top_3", "balanced_accuracy", "macro_f1", "ece", "brier")
    lines = [f"{'':10} {'':20}" + "".join(f"{name:>18}" for name in names)]
    for part in parts:
        rows = [{"name": "this model", **part["figures"]}, *part["controls"]]
        lines += [
            f"{part['name']:10} {row['name']:20}" + "".join(f"{row[name]:18.3f}" for name in names) for row in rows
        ]
    return lines


def run_predict(asked: argparse.Namespace) -> None:
    """A line of JSON a picture: its likeliest answers with probabilities, or why there are none. Files that cannot be read
    have a line on stderr each, and the others are told; then raises ``UnreadablePicture``."""
    classifier, unread = load(asked.folder, device=asked.device), []
    for file in asked.pictures:
        try:
            reading = classifier.read_file(file.read_bytes(), top=asked.top)
        except (OSError, UnreadablePicture) as error:
            unread.append(f"{file}: {error}")
            continue
        said = {
            each.question: [{"answer": one.answer, "probability": round(one.probability, 4)} for one in each.choices]
            for each in reading.answers
        }
        why = REASONS.get(reading.abstained, "")
        line = {"file": str(file), "abstained": reading.abstained, "why": why, "answers": said}
        print(json.dumps(line, ensure_ascii=False))
    if unread:
        raise UnreadablePicture("\n".join(unread))


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="python -m ml.classification", description=__doc__)
    commands = found.add_subparsers(dest="command", required=True)
    train, evaluating, predict = (commands.add_parser(name) for name in ("train", "evaluate", "predict"))
    train.add_argument("folder", type=Path, help="where the model is to be kept")
    for command in (train, evaluating):
        command.add_argument("data", type=Path, help="a metadata.csv, its folder, or a folder of folders")
        add_eyes(command, otherwise="; else one is trained on the pictures")
        command.add_argument("--only", nargs="+", default=(), choices=NAMES, help="these questions alone")
        command.add_argument("--least", type=int, default=5, help="works that an answer needs")
        command.add_argument("--cache", type=Path, help="a folder that keeps features between runs")
    evaluating.add_argument("--model", type=Path, help="a kept model, instead of folds")
    evaluating.add_argument("--out", type=Path, help="a JSON file for everything that was measured")
    train.add_argument("--unmeasured", action="store_true", help="leave out the folds")
    train.add_argument("--end-to-end", action="store_true", help="let the trunk learn too")
    train.add_argument("--scratch", action="store_true", help="end to end, from a trunk that knows nothing")
    train.add_argument("--freeze", action="store_true", help="with --end-to-end: the heads alone, on varied pictures")
    train.add_argument("--steps", type=int, default=600)
    train.add_argument("--batch", type=int, default=32)
    train.add_argument("--precision", default="auto")
    predict.add_argument("folder", type=Path)
    predict.add_argument("pictures", type=Path, nargs="+")
    predict.add_argument("--top", type=int, default=5)
    for command in (train, evaluating, predict):
        command.add_argument("--device", default="auto")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 1, with one line on stderr, where a file is bad or too little is known."""
    asked = parser().parse_args(arguments)
    try:
        {"train": run_train, "evaluate": run_evaluate, "predict": run_predict}[asked.command](asked)
    except (BadArtefact, BadCollection, UnreadablePicture, TooLittle, NoWeights, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
