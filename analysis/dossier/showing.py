"""A dossier as its page shows it: the frozen content, with its amounts read for the templates' filters."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from analysis.dossier.models import Dossier


def context_of(dossier: Dossier) -> dict[str, Any]:
    """What the template needs; nothing of it comes from anywhere but the content."""
    facts = dossier.facts
    purpose = facts["purpose"]
    return {
        "dossier": dossier,
        "facts": facts,
        "words": facts["words"],
        "regime": facts["words"].get(facts["data"]["regime"], facts["data"]["regime"]),
        "currency": facts["estimate"]["currency"],
        "headline": [Decimal(amount) for amount in purpose["headline"]],
        "columns": [facts["words"][name] for name in purpose["columns"]],
        "steps": [(name, [Decimal(amount) for amount in amounts], total) for name, amounts, total in purpose["steps"]],
        "work_facts": pairs(facts, facts["work"], ("date", "medium", "size", "signature", "edition", "provenance")),
        "comparables": [shown(each) for each in facts["comparables"]],
        "evidence_steps": [(name, Decimal(money)) for name, money in facts["steps"]],
        "is_adjusted": any(each["adjusted"] for each in facts["comparables"]),
        "interval": interval_chart(facts),
        "waterfall": waterfall_chart(facts) if facts["waterfall"] else None,
    }


def pairs(facts: Mapping[str, Any], source: Mapping[str, Any], names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(facts["words"][name], source[name]) for name in names if source[name]]


def shown(each: Mapping[str, Any]) -> dict[str, Any]:
    adjusted = Decimal(each["adjusted"]) if each["adjusted"] else None
    adjustments = [(name, Decimal(money)) for name, money in each["adjustments"]]
    return {**each, "price": Decimal(each["price"]), "adjusted": adjusted, "adjustments": adjustments}


def interval_chart(facts: Mapping[str, Any]) -> dict[str, Any]:
    """One row a level, the narrowest first."""
    middle = float(facts["estimate"]["middle"])
    bands = facts["estimate"]["bands"]
    points = [[f"{level} %", middle, *map(float, bands[level])] for level in ("50", "80", "95") if level in bands]
    return {
        "title": facts["words"]["interval"],
        "unit": facts["estimate"]["currency"],
        "series": [{"name": "", "points": points}],
    }


def waterfall_chart(facts: Mapping[str, Any]) -> dict[str, Any]:
    found = facts["waterfall"]
    return {
        "title": facts["words"]["waterfall"],
        "unit": facts["estimate"]["currency"],
        "start": found["start"],
        "total": found["total"][0],
        "series": [{"name": "", "points": found["points"]}],
    }
