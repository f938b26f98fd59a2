"""``python -m ml.gan train|sample|…``: teach a pair and see what it paints, without the site.

Each command stands in a module ``commands_NAME.py`` of this package, whose ``add(commands)`` describes it to argparse and names, by
``set_defaults(run=…)``, what it does; what that returns, a mapping, is printed as a line of JSON.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Sequence

import ml.gan
from ml.artefacts import BadArtefact
from ml.backbone import NoWeights
from ml.collection import BadCollection
from ml.gan.pictures import TooFewPictures
from ml.gan.training import TooLarge
from ml.images import UnreadablePicture
from ml.reporter import Cancelled
from ml.training import Diverged
from ml.training.checkpoints import NoRoom

PREFIX = "commands_"
REFUSALS = (
    BadArtefact, BadCollection, Diverged, FileNotFoundError, NoRoom, NoWeights, TooFewPictures, TooLarge,
    UnreadablePicture, ValueError,
)  # fmt: skip


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="python -m ml.gan", description=__doc__.split("\n")[0])
    commands = found.add_subparsers(dest="command", required=True)
    for module in sorted(each.name for each in pkgutil.iter_modules(ml.gan.__path__)):
        if module.startswith(PREFIX):
            importlib.import_module(f"ml.gan.{module}").add(commands)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 1, with one line on stderr, where something is bad; 130 where it was stopped."""
    asked = parser().parse_args(arguments)
    try:
        told = asked.run(asked)
    except REFUSALS as error:
        print(error, file=sys.stderr)
        return 1
    except Cancelled:
        print("Stopped; the same command goes on from here.", file=sys.stderr)
        return 130
    if told:
        print(json.dumps(told, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
