"""``python -m ml.indices FILE --method hybrid --period year``: an index of the sales in a CSV file."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from ml.indices.index import METHODS, Index, IndexRefused, Settings, compute
from ml.indices.periods import PARTS
from ml.indices.reading import Unreadable, read_csv
from ml.reporter import StreamReporter

WHY = {
    "no_sales": "no sales",
    "few_sales": "too few sales",
    "few_pairs": "too few pairs",
    "not_joined": "not joined to the base by pairs",
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m ml.indices", description=read_csv.__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--method", choices=METHODS, default=Settings.method)
    parser.add_argument("--period", choices=tuple(PARTS), default=Settings.period)
    parser.add_argument("--base", default="", help="period at 100, e.g. 2016 or 2016-Q3; default: the first shown")
    parser.add_argument("--level", type=float, default=Settings.level, help="share of true levels that a band holds")
    parser.add_argument("--draws", type=int, default=Settings.draws)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--fewest-sales", type=int, default=Settings.fewest_sales)
    parser.add_argument("--fewest-pairs", type=int, default=Settings.fewest_pairs)
    parser.add_argument("--reserve-share", type=float, default=Settings.reserve_share)
    parser.add_argument("--json", action="store_true")
    asked = vars(parser.parse_args(arguments))
    file, as_json = asked.pop("file"), asked.pop("json")
    try:
        index = compute(read_csv(file), Settings(**asked), StreamReporter())
    except (IndexRefused, Unreadable, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(index.as_json(), indent=1) if as_json else as_text(index))
    return 0


def as_text(index: Index) -> str:
    lines = [f"{'period':<9}{'level':>9}{'low':>9}{'high':>9}{'sales':>7}{'pairs':>7}"]
    for point in index.points:
        figures = "".join(
            f"{'–' if each is None else f'{each:.1f}':>9}" for each in (point.level, point.low, point.high)
        )
        lines.append(f"{point.period:<9}{figures}{point.sales:>7}{point.pairs:>7}  {WHY.get(point.why, '')}".rstrip())
    lines.append(f"{index.base} = 100; " + ", ".join(f"{name} {value:.4g}" for name, value in index.figures.items()))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
