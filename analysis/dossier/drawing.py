"""Charts of a dossier, drawn as vectors: the interval above its comparables, and the waterfall."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from analysis.dossier.sheet import ACCENT, BLUE, INK, INNER, LINE, MARGIN, SOFT, Sheet

Scale = Callable[[float], float]
WIDE_RATIO = 6
TINTS = {"95": (236, 217, 210), "80": (216, 171, 160), "50": (177, 92, 78)}
STEPS = (1, 2, 5, 10)
LOG_STEPS = (1, 1.5, 2, 3, 5, 7)


def whole(amount: float) -> str:
    return f"{amount:,.0f}" if abs(amount) >= 100 or amount == int(amount) else f"{amount:,.2f}"


def ticks(low: float, high: float, is_log: bool) -> list[float]:
    """Round amounts within the span: a few of each power of ten where logarithmic, else about five equal steps."""
    if is_log:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        return [step * 10.0**power for power in powers for step in LOG_STEPS if low <= step * 10.0**power <= high]
    rough = (high - low) / 5 or 1.0
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in STEPS if size * factor >= rough)
    return [step * count for count in range(math.ceil(low / step), math.floor(high / step) + 1)]


def scale_of(low: float, high: float, left: float, right: float) -> tuple[Scale, bool]:
    """Money to millimetres; logarithmic where the ends are far apart."""
    if low > 0 and high / low > WIDE_RATIO:
        first, last = math.log(low), math.log(high)
        return lambda amount: left + (math.log(amount) - first) / (last - first) * (right - left), True
    span = (high - low) or 1.0
    return lambda amount: left + (amount - low) / span * (right - left), False


def axis(sheet: Sheet, x: Scale, marks: Sequence[float], top: float, floor: float) -> None:
    sheet.set_line_width(0.15)
    sheet.set_draw_color(*LINE)
    sheet.style("sans", 7, SOFT)
    last = -math.inf
    for mark in marks:
        sheet.line(x(mark), top, x(mark), floor)
        if x(mark) - last >= 17:
            sheet.set_xy(x(mark) - 12, floor + 0.6)
            sheet.cell(24, 3.6, whole(mark), align="C")
            last = x(mark)


def intervals(sheet: Sheet, facts: Mapping[str, Any]) -> None:
    """The nested intervals as one strip, and below it a dot for each comparable, adjusted where it was."""
    estimate, words = facts["estimate"], sheet.words
    dots = dots_of(facts)
    bands = {level: [float(end) for end in ends] for level, ends in estimate["bands"].items()}
    values = [end for ends in bands.values() for end in ends] + [amount for amount, _filled in dots]
    low, high = min(values) * 0.95, max(values) * 1.05
    left, right = MARGIN + 34, MARGIN + INNER - 6
    x, is_log = scale_of(low, high, left, right)
    top = sheet.get_y() + 2
    floor = top + 19 + (10 if dots else 0)
    axis(sheet, x, ticks(low, high, is_log), top, floor)
    row_name(sheet, words["estimate"], top + 5.5)
    for level in ("95", "80", "50"):
        if level in bands:
            strip(sheet, x, bands[level], level, top + 3)
    middle = x(float(estimate["middle"]))
    sheet.set_fill_color(*INK)
    sheet.rect(middle - 0.5, top + 1.5, 1, 11, "F")
    if dots:
        row_name(sheet, words["comparables"], top + 18)
        for amount, is_filled in dots:
            sheet.set_draw_color(*BLUE)
            sheet.set_fill_color(*(BLUE if is_filled else (255, 255, 255)))
            sheet.set_line_width(0.3)
            sheet.circle(x(amount), top + 20, 1.3, "DF")
    sheet.set_xy(MARGIN, floor + 5)
    legend(sheet, [level for level in ("50", "80", "95") if level in bands])


def dots_of(facts: Mapping[str, Any]) -> list[tuple[float, bool]]:
    """Adjusted prices filled, plain ones hollow; none where they are in another currency than the estimate."""
    shown = [each for each in facts["comparables"] if each["currency"] == facts["estimate"]["currency"]]
    return [
        (float(each["adjusted"] or each["price"]), each["adjusted"] is not None)
        for each in shown
        if float(each["price"]) > 0 and not each["struck"]
    ]


def strip(sheet: Sheet, x: Scale, ends: Sequence[float], level: str, y: float) -> None:
    sheet.set_fill_color(*TINTS[level])
    sheet.rect(x(ends[0]), y, max(0.6, x(ends[1]) - x(ends[0])), 8, "F", round_corners=True, corner_radius=1)


def row_name(sheet: Sheet, name: str, y: float) -> None:
    sheet.style("sans", 8, SOFT)
    sheet.set_xy(MARGIN, y)
    sheet.cell(32, 4, sheet.fitted(name, 32))


def legend(sheet: Sheet, levels: Sequence[str]) -> None:
    x, y = MARGIN + 34.0, sheet.get_y()
    for level in levels:
        sheet.set_fill_color(*TINTS[level])
        sheet.rect(x, y + 0.7, 5, 2.6, "F")
        sheet.set_xy(x + 5.5, y)
        sheet.style("sans", 7.5, SOFT)
        sheet.cell(14, 4, f"{level} %")
        x += 19
    sheet.set_xy(MARGIN, y + 5)


def waterfall(sheet: Sheet, found: Mapping[str, Any]) -> None:
    """From the first guess to the estimate: bars are changes, first and last amounts are dots."""
    rows = bars(found)
    levels = [level for _name, before, after, _total in rows for level in (before, after)]
    low, high = min(levels), max(levels)
    room = (high - low) * 0.06 or high * 0.05 or 1.0
    span = (low * 0.97, high * 1.03) if low > room else (low - room, high + room)
    x, is_log = scale_of(*span, MARGIN + 56, MARGIN + INNER - 24)
    high_row = 6.4
    top = sheet.get_y() + 1
    floor = top + high_row * len(rows)
    axis(sheet, x, ticks(*span, is_log), top, floor)
    for place, row in enumerate(rows):
        bar(sheet, x, row, top + high_row * place)
    sheet.set_xy(MARGIN, floor + 6)


def bars(found: Mapping[str, Any]) -> list[tuple[str, float, float, bool]]:
    """Name, level before, level after, and whether it is an amount of its own."""
    name, level = found["start"]
    rows = [(name, level, level, True)]
    for label, change in found["points"]:
        rows.append((label, level, level + change, False))
        level += change
    return [*rows, (found["total"][0], found["total"][1], found["total"][1], True)]


def bar(sheet: Sheet, x: Scale, row: tuple[str, float, float, bool], y: float) -> None:
    name, before, after, is_total = row
    sheet.style("sans", 8.2, INK if is_total else SOFT, bold=is_total)
    sheet.set_xy(MARGIN, y + 1)
    sheet.cell(54, 4.4, sheet.fitted(name, 54), align="R")
    colour = INK if is_total else ACCENT if after >= before else BLUE
    sheet.set_fill_color(*colour)
    if is_total:
        sheet.circle(x(after), y + 3.2, 1.5, "F")
    else:
        sheet.rect(min(x(before), x(after)), y + 1.2, max(0.4, abs(x(after) - x(before))), 4, "F")
    said = whole(after) if is_total else f"{'+' if after >= before else '−'}{whole(abs(after - before))}"
    sheet.set_xy(max(x(before), x(after)) + 1.8, y + 1)
    sheet.style("sans", 7.6, INK, bold=is_total)
    sheet.cell(22, 4.4, said)
