"""What an import says of itself: rows by state, findings by field and code with counts and examples."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count

from artmarket.intake.models import ImportRow, ImportSession
from artmarket.intake.problems import ERROR, NOTE, WARNING, Issue

EXAMPLES = 5
LEVELS = {ERROR: 0, WARNING: 1, NOTE: 2}


class Findings:
    """Counts findings as rows go by; keeps a few examples of each."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.kept: dict[str, dict[str, Any]] = {}

    def add(self, number: int, issues: list[Issue]) -> None:
        for issue in issues:
            self.counts[issue.tag] += 1
            entry = self.kept.setdefault(
                issue.tag,
                {
                    "level": issue.level,
                    "field": issue.field,
                    "column": issue.column,
                    "code": issue.code,
                    "examples": [],
                },
            )
            if len(entry["examples"]) < EXAMPLES:
                entry["examples"].append({"row": number, "value": issue.value[:120]})

    def as_json(self) -> list[dict[str, Any]]:
        """Refusals first, the most frequent first."""
        entries = [{**entry, "count": self.counts[tag], "tag": tag} for tag, entry in self.kept.items()]
        return sorted(entries, key=lambda entry: (LEVELS[entry["level"]], -entry["count"]))


def states_of(session: ImportSession) -> dict[str, int]:
    """Rows by state, counted by the database."""
    counted = ImportRow.objects.filter(session=session).values_list("state").annotate(n=Count("id")).order_by()
    return dict(counted)


def issues_of(session: ImportSession) -> list[dict[str, Any]]:
    """Findings counted anew from the rows, after the commit has added its own."""
    findings = Findings()
    rows = ImportRow.objects.filter(session=session).exclude(errors=[]).order_by("number")
    for number, errors in rows.values_list("number", "errors").iterator(chunk_size=5_000):
        findings.add(number, [issue_from_json(error) for error in errors])
    return findings.as_json()


def issue_from_json(data: dict[str, str]) -> Issue:
    names = ("field", "code", "value", "level", "detail", "column")
    return Issue(**{name: data.get(name, "") for name in names})
