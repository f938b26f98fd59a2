"""Attribution qualifiers in the words of catalogues, English, Portuguese, French, German, Italian and Spanish."""

from __future__ import annotations

import re
from functools import cache

from artmarket.core.attribution import Attribution
from artmarket.core.text import fold

_A = Attribution
# Longest wording first within each language; all folded.
PREFIXES: dict[str, Attribution] = {
    "copy after": _A.COPY_AFTER,
    "copy of": _A.COPY_AFTER,
    "copy by": _A.COPY_AFTER,
    "copia de": _A.COPY_AFTER,
    "copia da": _A.COPY_AFTER,
    "copie de": _A.COPY_AFTER,
    "copie d'apres": _A.COPY_AFTER,
    "kopie nach": _A.COPY_AFTER,
    "copied from": _A.COPY_AFTER,
    "reproduction of": _A.COPY_AFTER,
    "after": _A.AFTER,
    "d'apres": _A.AFTER,
    "d' apres": _A.AFTER,
    "nach": _A.AFTER,
    "segundo": _A.AFTER,
    "a partir de": _A.AFTER,
    "apres": _A.AFTER,
    "engraving after": _A.AFTER,
    "attributed to": _A.ATTRIBUTED_TO,
    "attrib. to": _A.ATTRIBUTED_TO,
    "attr. to": _A.ATTRIBUTED_TO,
    "attr.": _A.ATTRIBUTED_TO,
    "attributable to": _A.ATTRIBUTED_TO,
    "possibly by": _A.ATTRIBUTED_TO,
    "probably by": _A.ATTRIBUTED_TO,
    "atribuido a": _A.ATTRIBUTED_TO,
    "atribuida a": _A.ATTRIBUTED_TO,
    "atrib. a": _A.ATTRIBUTED_TO,
    "attribue a": _A.ATTRIBUTED_TO,
    "attribuee a": _A.ATTRIBUTED_TO,
    "attribuito a": _A.ATTRIBUTED_TO,
    "zugeschrieben": _A.ATTRIBUTED_TO,
    "ascribed to": _A.ATTRIBUTED_TO,
    "studio of": _A.STUDIO_OF,
    "workshop of": _A.STUDIO_OF,
    "atelier of": _A.STUDIO_OF,
    "oficina de": _A.STUDIO_OF,
    "atelier de": _A.STUDIO_OF,
    "bottega di": _A.STUDIO_OF,
    "werkstatt des": _A.STUDIO_OF,
    "werkstatt von": _A.STUDIO_OF,
    "taller de": _A.STUDIO_OF,
    "studio and workshop of": _A.STUDIO_OF,
    "circle of": _A.CIRCLE_OF,
    "circulo de": _A.CIRCLE_OF,
    "entourage de": _A.CIRCLE_OF,
    "cercle de": _A.CIRCLE_OF,
    "cerchia di": _A.CIRCLE_OF,
    "umkreis des": _A.CIRCLE_OF,
    "umkreis von": _A.CIRCLE_OF,
    "umkreis": _A.CIRCLE_OF,
    "associate of": _A.CIRCLE_OF,
    "follower of": _A.FOLLOWER_OF,
    "seguidor de": _A.FOLLOWER_OF,
    "suiveur de": _A.FOLLOWER_OF,
    "school of": _A.FOLLOWER_OF,
    "pupil of": _A.FOLLOWER_OF,
    "student of": _A.FOLLOWER_OF,
    "ecole de": _A.FOLLOWER_OF,
    "eleve de": _A.FOLLOWER_OF,
    "seguace di": _A.FOLLOWER_OF,
    "nachfolger des": _A.FOLLOWER_OF,
    "nachfolger von": _A.FOLLOWER_OF,
    "escola de": _A.FOLLOWER_OF,
    "advanced by": _A.FOLLOWER_OF,
    "manner of": _A.MANNER_OF,
    "in the manner of": _A.MANNER_OF,
    "style of": _A.MANNER_OF,
    "in the style of": _A.MANNER_OF,
    "in the taste of": _A.MANNER_OF,
    "taste of": _A.MANNER_OF,
    "in the genre of": _A.MANNER_OF,
    "genre of": _A.MANNER_OF,
    "in the taste": _A.MANNER_OF,
    "esteem of": _A.MANNER_OF,
    "imitation of": _A.MANNER_OF,
    "imitator of": _A.MANNER_OF,
    "maneira de": _A.MANNER_OF,
    "a maneira de": _A.MANNER_OF,
    "ao gosto de": _A.MANNER_OF,
    "ao estilo de": _A.MANNER_OF,
    "estilo de": _A.MANNER_OF,
    "maniere de": _A.MANNER_OF,
    "dans la maniere de": _A.MANNER_OF,
    "gout de": _A.MANNER_OF,
    "dans le gout de": _A.MANNER_OF,
    "dans le style de": _A.MANNER_OF,
    "genre de": _A.MANNER_OF,
    "dans le genre de": _A.MANNER_OF,
    "maniera di": _A.MANNER_OF,
    "art des": _A.MANNER_OF,
    "in der art von": _A.MANNER_OF,
    "by": _A.BY,
    "sketch of": _A.BY,
    "sketch by": _A.BY,
    "study of": _A.BY,
    "study by": _A.BY,
    "par": _A.BY,
    "esquisse de": _A.BY,
}
SUFFIXES: dict[str, Attribution] = {
    "attributed to": _A.ATTRIBUTED_TO,
    "attributed": _A.ATTRIBUTED_TO,
    "attrib.": _A.ATTRIBUTED_TO,
    "attr.": _A.ATTRIBUTED_TO,
    "atrib.": _A.ATTRIBUTED_TO,
    "atribuido": _A.ATTRIBUTED_TO,
    "atribuida": _A.ATTRIBUTED_TO,
    "attribue a": _A.ATTRIBUTED_TO,
    "zugeschrieben": _A.ATTRIBUTED_TO,
    "attribuito": _A.ATTRIBUTED_TO,
    "and studio": _A.STUDIO_OF,
    "studio of": _A.STUDIO_OF,
    "workshop of": _A.STUDIO_OF,
    "circle of": _A.CIRCLE_OF,
    "follower of": _A.FOLLOWER_OF,
    "manner of": _A.MANNER_OF,
    "after": _A.AFTER,
    "copy after": _A.COPY_AFTER,
    "studio": _A.STUDIO_OF,
    "workshop": _A.STUDIO_OF,
    "circle": _A.CIRCLE_OF,
    "school of": _A.FOLLOWER_OF,
    "school": _A.FOLLOWER_OF,
    "manner": _A.MANNER_OF,
    "copy": _A.COPY_AFTER,
}


def parse_qualifier(text: str) -> Attribution | None:
    """The attribution that a column of its own names ("in the taste of"); None when it names none."""
    folded = fold(text).strip(" .,:")
    return next((table[folded] for table in (PREFIXES, SUFFIXES) if folded in table), None)


def split_qualifier(text: str) -> tuple[Attribution, str]:
    """The qualifier before or behind a name, and the name. ``by`` where there is none."""
    aligned = [fold(letter) if len(fold(letter)) == 1 else letter for letter in text]
    folded = "".join(aligned)
    if match := _prefix().match(folded):
        return PREFIXES[match["words"]], text[match.end() :].strip()
    if match := _suffix().search(folded):
        return SUFFIXES[match["words"]], text[: match.start()].strip(" ,;")
    return Attribution.BY, text


@cache
def _prefix() -> re.Pattern[str]:
    options = "|".join(re.escape(words) for words in sorted(PREFIXES, key=len, reverse=True))
    return re.compile(rf"(?P<words>{options})(?<=[\w.'])(?:[ :]+|(?<=d')|(?<=\.))(?=\S)")


@cache
def _suffix() -> re.Pattern[str]:
    options = "|".join(re.escape(words) for words in sorted(SUFFIXES, key=len, reverse=True))
    return re.compile(rf"(?:[ ,;]*[(\[](?P<words>{options})\.?[)\]]$)")
