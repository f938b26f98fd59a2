"""``python -m ml.appraisal appraise|describe|evaluate``: look at pictures without the site."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from ml.appraisal import MEASURES, Unappraisable, appraise
from ml.appraisal.evaluating import evaluate
from ml.appraisal.overlays import OVERLAYS, over
from ml.appraisal.reading import read_picture
from ml.appraisal.wording import sentences
from ml.collection import BadCollection
from ml.reporter import StreamReporter

SHOWN_PX = 1024


def tell(file: Path, overlay: str | None, out: Path | None, is_spoken: bool) -> None:
    """Print one line of JSON, or sentences; draw an overlay where one was asked for."""
    pixels, warnings = read_picture(file)
    found = appraise(pixels, warnings=warnings)
    if overlay and out:
        if overlay not in found.overlays:
            raise ValueError(f"{file}: nothing was found to draw for {overlay}.")
        picture = Image.fromarray(pixels)
        picture.thumbnail((SHOWN_PX, SHOWN_PX))
        over(picture, found.overlays[overlay]).save(out)
    if is_spoken:
        print(f"{file}: " + " ".join(sentence.text() for sentence in sentences(found)))
    else:
        told = found.as_json()
        del told["overlays"]
        print(json.dumps({"file": str(file)} | told))


def measure_all(asked: argparse.Namespace) -> int:
    """Print how measures behave on a collection; returns the exit status."""
    try:
        found = evaluate(
            asked.folder, StreamReporter(), fewest=asked.fewest, most=asked.most, perturbed=asked.perturbed
        )
    except BadCollection as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(found.as_json(), indent=1) if asked.json else found.as_text())
    return 0


def describe() -> str:
    """The table of measures."""
    lines = [f"{'measure':<20}{'group':<13}{'from':>6}{'to':>7}  unit; higher means; source"]
    lines += [
        f"{each.name:<20}{each.group:<13}{each.low:>6g}{each.high:>7g}  {each.unit}; {each.higher_means}; {each.source}"
        for each in MEASURES.values()
    ]
    return "\n".join(lines)


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="python -m ml.appraisal")
    commands = found.add_subparsers(dest="command", required=True)
    one = commands.add_parser("appraise", help="measure pictures: one line of JSON each")
    one.add_argument("pictures", type=Path, nargs="+")
    one.add_argument("--overlay", choices=tuple(OVERLAYS), help="draw this over the picture (one picture)")
    one.add_argument("--out", type=Path, help="the file to draw it to")
    one.add_argument("--words", action="store_true", help="sentences instead of figures")
    commands.add_parser("describe", help="the measures, their bounds and sources")
    many = commands.add_parser(
        "evaluate", help="measure a collection: by artist, and how steady under JPEG and half size"
    )
    many.add_argument("folder", type=Path)
    many.add_argument("--fewest", type=int, default=15, help="works that an artist needs to be printed")
    many.add_argument("--most", type=int, default=0, help="look at this many pictures at most, evenly chosen; 0: all")
    many.add_argument("--perturbed", type=int, default=60, help="measure so many again under JPEG and smaller")
    many.add_argument("--json", action="store_true")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 1, with a line on stderr for each, where a picture is bad; the others are told."""
    words = parser()
    asked = words.parse_args(arguments)
    if asked.command == "describe":
        print(describe())
        return 0
    if asked.command == "evaluate":
        return measure_all(asked)
    if bool(asked.overlay) != bool(asked.out) or (asked.overlay and len(asked.pictures) > 1):
        words.error("--overlay and --out go together, with one picture")
    status = 0
    for file in asked.pictures:
        try:
            tell(file, asked.overlay, asked.out, asked.words)
        except (Unappraisable, ValueError) as error:
            print(f"{file}: {error}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
