"""Cells to text: which cells feed a field, and what the map does to them before they are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import TypeAlias

from artmarket.intake.spec import Spec

Cells: TypeAlias = Sequence[str]
Getter: TypeAlias = Callable[[Cells], str]

PLACE = re.compile(r"\{([^{}]+)\}")


def squeezed(text: str) -> str:
    return " ".join(text.split())


class FieldTexts:
    """Gives the text of each mapped field of a row, with the map's cutting and translating applied."""

    def __init__(self, spec: Spec, columns: Sequence[str]) -> None:
        self.places = {name: place for place, name in enumerate(columns)}
        self.spec = spec
        self.blank = {token.casefold().strip() for token in spec.options.no_value}
        self.getters = {target: self.getter(target) for target in sorted(spec.targets())}
        self.keep = {self.places[name]: set(values) for name, values in spec.filters.items() if name in self.places}

    def of(self, cells: Cells) -> dict[str, str]:
        """Field → text; fields without a value are left out."""
        texts = {}
        for target, get in self.getters.items():
            text = get(cells)
            if text and text.casefold() not in self.blank:
                texts[target] = text
        return texts

    def kept(self, cells: Cells) -> bool:
        """Whether the map's filters let the row in."""
        return all(cells[place].strip() in values for place, values in self.keep.items())

    def source_of(self, target: str) -> str:
        """The column that a field is read from, for messages; "" for templates and constants."""
        return self.spec.fields.get(target, "")

    def getter(self, target: str) -> Getter:
        spec = self.spec
        if target in spec.fields:
            get = self.column(spec.fields[target])
        elif target in spec.digests:
            get = self.digest(spec.digests[target])
        elif target in spec.templates:
            get = self.template(spec.templates[target])
        else:
            get = self.constant(spec.constants[target])
        return self.translated(target, self.cut(target, get))

    def constant(self, text: str) -> Getter:
        return lambda _cells: text

    def column(self, name: str) -> Getter:
        place = self.places.get(name)
        if place is None:
            return self.constant("")
        return lambda cells: squeezed(cells[place]) if place < len(cells) else ""

    def digest(self, names: Sequence[str]) -> Getter:
        getters = [self.column(name) for name in names]
        return lambda cells: sha256("\x1f".join(get(cells) for get in getters).encode()).hexdigest()[:10]

    def template(self, text: str) -> Getter:
        """Empty unless at least one named column has a value."""
        getters = {name: self.column(name) for name in PLACE.findall(text)}

        def fill(cells: Cells) -> str:
            values = {name: get(cells) for name, get in getters.items()}
            if getters and not any(values.values()):
                return ""
            return squeezed(PLACE.sub(lambda match: values[match.group(1)], text))

        return fill

    def cut(self, target: str, get: Getter) -> Getter:
        spec = self.spec
        if mark := spec.after.get(target):
            start = mark
            return lambda cells: get(cells).partition(start)[2].strip()
        if mark := spec.before.get(target):
            end = mark
            return lambda cells: get(cells).partition(end)[0].strip()
        if column := spec.remove_prefix.get(target):
            prefix = self.column(column)
            return lambda cells: without_prefix(get(cells), prefix(cells))
        return get

    def translated(self, target: str, get: Getter) -> Getter:
        table = {key.casefold(): value for key, value in self.spec.values.get(target, {}).items()}
        if not table:
            return get

        def translate(cells: Cells) -> str:
            text = get(cells)
            return table.get(text.casefold(), text)

        return translate


def without_prefix(text: str, prefix: str) -> str:
    if prefix and text.casefold().startswith(prefix.casefold() + " "):
        return text[len(prefix) :].strip()
    return text
