"""A dossier as PDF, from its frozen JSON and its frozen picture alone: the same input gives the same bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from analysis.dossier.content import content_hash

if TYPE_CHECKING:
    from analysis.dossier.sheet import Sheet

PICTURE_WIDE, PICTURE_HIGH, PADDING = 170.0, 98.0, 4.0


def render(content: str, picture: bytes) -> bytes:
    """The PDF of a canonical content; ``picture`` is its JPEG, empty where it has none."""
    from analysis.dossier.sheet import Sheet

    facts = json.loads(content)
    sheet = Sheet(facts, content_hash(content))
    sheet.add_page()
    cover(sheet, facts, picture)
    value(sheet, facts)
    comparables(sheet, facts)
    data(sheet, facts)
    return bytes(sheet.output())


def money(amount: str, currency: str) -> str:
    exact = Decimal(amount)
    return f"{currency} {exact:,.0f}" if exact == exact.to_integral_value() else f"{currency} {exact:,.2f}"


def plain(amount: str) -> str:
    return money(amount, "").strip().replace("-", "−")


def signed(amount: str) -> str:
    return plain(amount) if amount.startswith("-") else f"+{plain(amount)}"


def headline(facts: Mapping[str, Any]) -> str:
    """``EUR 1,200 – 1,800``, or the one amount."""
    first, *others = facts["purpose"]["headline"]
    currency = facts["estimate"]["currency"]
    return " – ".join([money(first, currency), *(plain(other) for other in others)]).replace("-", "−")


def cover(sheet: Sheet, facts: Mapping[str, Any], picture: bytes) -> None:
    from analysis.dossier.sheet import ACCENT, INK, INNER, MARGIN, SOFT

    words, work = sheet.words, facts["work"]
    hang(sheet, facts["picture"], picture)
    sheet.style("serif", 23, INK, bold=True)
    sheet.block(work["title"] or words["untitled"], INNER, 9.5)
    sheet.style("serif", 13, SOFT)
    sheet.block(work["artist"], INNER, 6.5)
    sheet.ln(4)
    top = sheet.get_y()
    names = ("date", "medium", "size", "signature", "edition")
    sheet.pairs([(words[name], work[name]) for name in names], MARGIN, 78, 24)
    if work["is_invented"]:
        sheet.style("sans", 8.5, ACCENT, bold=True)
        sheet.set_x(MARGIN)
        sheet.block(words["invented"], 78)
    below = sheet.get_y()
    right = MARGIN + 88
    sheet.set_xy(right, top)
    sheet.style("sans", 9, ACCENT, bold=True)
    sheet.block(facts["purpose"]["label"].capitalize(), 82)
    sheet.style("serif", 19, INK, bold=True)
    sheet.block(headline(facts), 82, 8.5)
    sheet.ln(1)
    sheet.set_x(right)
    sheet.style("sans", 8.5, SOFT)
    sheet.block(facts["purpose"]["statement"], 82, 4.2)
    sheet.ln(2)
    rows = [
        (words["effective_date"], facts["estimate"]["effective_day"]),
        (words["price_basis"], facts["estimate"]["basis"].capitalize()),
        (words["made_at"], facts["made_on"]),
        (words["prepared_for"], f"{facts['prepared_by']}, {facts['organisation']}"),
    ]
    sheet.pairs(rows, right, 82, 26)
    sheet.set_xy(MARGIN, max(below, sheet.get_y()) + 3)
    long = [(words[name], work[name]) for name in ("provenance", "exhibitions", "literature") if work[name]]
    if long:
        sheet.heading(words["work"], 14)
        sheet.pairs(long, MARGIN, INNER, 30)


def hang(sheet: Sheet, facts: Mapping[str, Any] | None, picture: bytes) -> None:
    """The picture on its mat, whole; a quiet note where there is none."""
    from analysis.dossier.sheet import INNER, MARGIN, MAT, SOFT

    if facts is None or not picture:
        sheet.set_y(sheet.get_y() + 4)
        return
    wide, high = PICTURE_WIDE - 2 * PADDING, PICTURE_HIGH - 2 * PADDING
    share = min(wide / facts["width"], high / facts["height"])
    wide, high = facts["width"] * share, facts["height"] * share
    top = sheet.get_y()
    sheet.set_fill_color(*MAT)
    sheet.rect(MARGIN, top, INNER, high + 2 * PADDING, "F")
    sheet.image(io.BytesIO(picture), MARGIN + (INNER - wide) / 2, top + PADDING, wide, high)
    sheet.set_xy(MARGIN, top + high + 2 * PADDING + 1)
    if facts["credit"]:
        sheet.style("sans", 7, SOFT)
        sheet.block(f"{sheet.words['picture_credit']}: {facts['credit']}", INNER, 3.6, "R")
    sheet.ln(3)


def value(sheet: Sheet, facts: Mapping[str, Any]) -> None:
    from analysis.dossier.drawing import intervals, waterfall
    from analysis.dossier.sheet import INNER, SOFT

    words = sheet.words
    sheet.add_page()
    sheet.heading(words["reckoning"])
    reckoning(sheet, facts)
    sheet.heading(words["interval"], 52)
    sheet.style("sans", 8.5, SOFT)
    sheet.block(words["interval_words"], INNER, 4.2)
    intervals(sheet, facts)
    if facts["waterfall"]:
        sheet.heading(words["waterfall"], 12 + 6.4 * (len(facts["waterfall"]["points"]) + 2))
        waterfall(sheet, facts["waterfall"])
        for sentence in facts["sentences"]:
            sheet.style("sans", 9, SOFT)
            sheet.ensure(10)
            sheet.block(sentence)


def reckoning(sheet: Sheet, facts: Mapping[str, Any]) -> None:
    """A line a step, the total above a rule and in bold."""
    from analysis.dossier.sheet import INK, INNER, LINE, MARGIN, SOFT

    purpose, column = facts["purpose"], 30.0
    label = INNER - column * len(purpose["columns"])
    sheet.style("sans", 8, SOFT)
    sheet.cell(label, 5, f"{sheet.words['currency']}: {facts['estimate']['currency']}")
    for name in purpose["columns"]:
        sheet.cell(column, 5, sheet.words[name], align="R")
    sheet.ln(5.5)
    for name, amounts, is_total in purpose["steps"]:
        sheet.rule(sheet.get_y(), INK if is_total else LINE, 0.3 if is_total else 0.15)
        sheet.set_xy(MARGIN, sheet.get_y() + 1)
        sheet.style("sans", 9.5, INK, bold=is_total)
        high = sheet.height_of(name, label, 5)
        y = sheet.get_y()
        sheet.block(name, label, 5)
        sheet.set_xy(MARGIN + label, y)
        for amount in amounts:
            sheet.cell(column, 5, plain(amount), align="R")
        sheet.set_xy(MARGIN, y + high + 1)
    sheet.rule(sheet.get_y(), LINE, 0.15)
    sheet.ln(2)
    sheet.pairs(list(purpose["assumptions"].items()), MARGIN, INNER, 40)


def comparables(sheet: Sheet, facts: Mapping[str, Any]) -> None:
    from analysis.dossier.sheet import INNER, MARGIN, SOFT

    words = sheet.words
    sheet.heading(words["comparables"], 60)
    if not facts["comparables"]:
        sheet.style("sans", 9, SOFT)
        sheet.block(words["no_comparables"])
        return
    sheet.style("sans", 8.5, SOFT)
    sheet.block(words["comparables_words"], INNER, 4.2)
    sheet.ln(1.5)
    is_adjusted = any(each["adjusted"] for each in facts["comparables"])
    column_names(sheet, is_adjusted)
    for each in facts["comparables"]:
        comparable(sheet, each, is_adjusted)
    if facts["steps"]:
        sheet.ln(2)
        sheet.pairs([(name, signed(amount)) for name, amount in facts["steps"]], MARGIN, INNER, 90)


def widths(is_adjusted: bool) -> tuple[float, ...]:
    """Of work, sale, price, adjustments, adjusted price."""
    return (54.0, 32.0, 22.0, 38.0, 24.0) if is_adjusted else (82.0, 54.0, 34.0)


def column_names(sheet: Sheet, is_adjusted: bool) -> None:
    from analysis.dossier.sheet import SOFT

    names = ("work", "sale", "price", "adjustments", "adjusted") if is_adjusted else ("work", "sale", "price")
    sheet.style("sans", 8, SOFT)
    for name, wide in zip(names, widths(is_adjusted), strict=True):
        indent = 4.0 if name == "adjustments" else 0.0
        sheet.set_x(sheet.get_x() + indent)
        sheet.cell(wide - indent, 5, sheet.words[name], align="R" if name in {"price", "adjusted"} else "L")
    sheet.ln(5.5)


def comparable(sheet: Sheet, each: Mapping[str, Any], is_adjusted: bool) -> None:
    """One row, never broken between pages."""
    from analysis.dossier.sheet import INK, LINE, MARGIN

    columns = widths(is_adjusted)
    title = each["title"] or sheet.words["untitled"]
    about = "\n".join(filter(None, (each["artist"], " · ".join(filter(None, (each["medium"], each["size"]))))))
    cells = [f"{title}\n{about}", f"{each['date']}\n{each['house']}", money(each["price"], each["currency"])]
    if is_adjusted:
        changes = "\n".join(f"{name}\u00a0{signed(change)}" for name, change in each["adjustments"])
        struck = sheet.words["struck"] if each["struck"] else ""
        cells += [changes, struck or (money(each["adjusted"], each["currency"]) if each["adjusted"] else "")]
    sheet.style("sans", 8, INK)
    high = max(sheet.height_of(text, wide - 6, 4) for text, wide in zip(cells, columns, strict=True))
    before = sheet.page_no()
    sheet.ensure(high + 3)
    if sheet.page_no() != before:
        column_names(sheet, is_adjusted)
    y = sheet.get_y()
    sheet.rule(y, LINE, 0.15)
    x = MARGIN
    for place, (text, wide) in enumerate(zip(cells, columns, strict=True)):
        is_money = place in {2, 4}
        sheet.style("sans", 8, INK, bold=place == 4)
        sheet.set_xy(x + (4 if place == 3 else 0), y + 1)
        sheet.block(text, wide if is_money else wide - (6 if place == 3 else 3), 4, "R" if is_money else "L")
        x += wide
    sheet.set_xy(MARGIN, y + high + 2.4)


def data(sheet: Sheet, facts: Mapping[str, Any]) -> None:
    from analysis.dossier.sheet import INK, INNER, MARGIN

    words, known, model = sheet.words, facts["data"], facts["model"]
    sheet.heading(words["data"], 50)
    counts = {name: "" if known[name] is None else f"{known[name]:,}" for name in ("offers", "sold")}
    rows = [
        (words["offers"], counts["offers"]),
        (words["sold"], counts["sold"]),
        (words["last_sale"], known["until"]),
        (words["model"], model["name"]),
        (words["model_market"], model["scope"]),
        (words["regime"], words.get(known["regime"], known["regime"])),
        (words["measured"], model["measured"]),
        (words["code_version"], model["code_version"]),
        (words["data_fingerprint"], known["sha256"]),
        (words["inputs_fingerprint"], known["inputs_sha256"]),
        (words["model_fingerprint"], model["sha256"]),
    ]
    sheet.pairs(rows, MARGIN, INNER, 52)
    sheet.heading(words["limits"], 24)
    for limit in facts["limits"]:
        sheet.style("sans", 9, INK)
        sheet.ensure(10)
        sheet.set_x(MARGIN)
        sheet.block(limit)
        sheet.ln(1)
    sheet.heading(words["check"], 26)
    sheet.style("sans", 9, INK)
    sheet.block(words["check_words"])
    sheet.ln(1)
    sheet.pairs([("", facts["check_at"]), (words["content_hash"], sheet.content_sha256)], MARGIN, INNER, 52)
