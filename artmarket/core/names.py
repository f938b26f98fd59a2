"""Makers as catalogues credit them: name, qualifier, life dates, nationality, and a key to match by."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from artmarket.core.attribution import Attribution
from artmarket.core.fuzzy_dates import FuzzyDate, FuzzyDateError, parse_fuzzy_date
from artmarket.core.qualifiers import parse_qualifier, split_qualifier
from artmarket.core.text import fold, plain

UNKNOWN = {
    "",
    "-",
    "?",
    "unknown",
    "unknown artist",
    "artist unknown",
    "anonymous",
    "anon",
    "anonymous artist",
    "n/a",
    "na",
    "none",
    "unidentified",
    "unidentified artist",
    "autor desconhecido",
    "desconhecido",
    "autor nao identificado",
    "anonimo",
    "nao identificado",
    "sem autor",
    "assinatura ilegivel",
    "assinatura nao identificada",
    "illegible signature",
    "inconnu",
    "anonyme",
    "artiste inconnu",
    "unbekannt",
    "unbekannter kunstler",
    "anonym",
    "ignoto",
    "anonimo.",
    "american",
    "british",
    "english",
    "french",
    "italian",
    "german",
    "dutch",
    "flemish",
    "spanish",
    "portuguese",
    "chinese",
    "japanese",
    "佚名",
    "无名氏",
    "various artists",
    "various",
    "varios autores",
    "autores varios",
    "divers",
    "no artist",
}
PARTICLES = {
    "de",
    "da",
    "do",
    "das",
    "dos",
    "del",
    "della",
    "di",
    "du",
    "des",
    "la",
    "le",
    "van",
    "von",
    "der",
    "den",
    "ter",
    "ten",
    "zu",
    "y",
    "e",
    "af",
    "av",
    "bin",
    "al",
    "el",
    "the",
    "of",
    "op",
    "het",
    "dit",
}
SUFFIXES = {
    "jr",
    "jr.",
    "sr",
    "sr.",
    "ii",
    "iii",
    "iv",
    "filho",
    "neto",
    "the elder",
    "the younger",
    "l'ancien",
    "le jeune",
}
HONORIFICS = {
    "sir",
    "dame",
    "lord",
    "lady",
    "madame",
    "mme",
    "mlle",
    "mrs",
    "mr",
    "miss",
    "monsieur",
    "abbe",
    "dr",
    "prof",
}
_BORN = r"(?:nasc(?:ido|ida)?|born|b|n|geb|nee?|nato|nata|nacido|ne en|nac|生于|\*)\.? ?(?:em |in |en |c\. ?)?"
_DIED = r"(?:fal(?:ecido)?|died|d|m|gest|mort(?:o|a)?|morto|†|卒于)\.? ?(?:em |in |en )?"
_YEAR = r"(?:c(?:a|irca)?\.? ?)?(?:\d{3,4}|\d\d\?\?)\??(?:[/-]\d{1,2}(?!\d))?"
_LIFE = re.compile(rf"(?P<birth>{_YEAR}|\?)? ?- ?(?P<death>{_YEAR}|\?|present|presente|hoje)?", re.ASCII)
_BORN_IN = re.compile(rf"{_BORN}(?P<birth>{_YEAR})(?:[,; -]+{_DIED}(?P<death>{_YEAR}))?", re.ASCII)
_DIED_IN = re.compile(rf"{_DIED}(?P<death>{_YEAR})", re.ASCII)
_ACTIVE = re.compile(
    r"(?:nasc\. ?)?(?:(?:act(?:ive|ivo)?|fl(?:ourished)?|ativ[oa]|actif|tatig|sec(?:ulo)?|s|xx)(?![a-z])"
    r"|x[ivx]+ ?(?:/ ?[ivx]+)?$|\d{2}th c)"
)
_NATIONALITY = re.compile(r"[A-Z][a-z]{2,}(?:[ -](?:born )?[A-Z][a-z]{2,})*(?:/[A-Z][a-z]+)?$")
_SCHOOL = re.compile(r"(?:^escola [\w ]+$)|(?:^[\w ,-]+ school(?:,? \d.*)?$)|(?:^ecole [\w ]+$)|(?:^scuola [\w ]+$)")


@dataclass(frozen=True, slots=True)
class ArtistCredit:
    """A maker as credited. ``name`` in natural order, ``sort_name`` family name first where the text tells it."""

    name: str
    sort_name: str
    key: str
    attribution: Attribution = Attribution.BY
    birth: FuzzyDate | None = None
    death: FuzzyDate | None = None
    birth_text: str = ""
    death_text: str = ""
    nationality: str = ""


def parse_artist(text: str) -> ArtistCredit | None:
    """The maker that ``text`` credits; None where it names nobody ("", "unknown", "Portuguese School").

    Never raises: what is no life date or qualifier stays part of the name.
    """
    attribution, rest = split_qualifier(plain(text))
    rest, life = split_life(rest)
    rest = clean_name(rest)
    folded = fold(rest)
    if folded.strip(" .[]()") in UNKNOWN or _SCHOOL.match(folded) or not re.search(r"[^\W\d_]", rest):
        return None
    if parse_qualifier(folded) not in (None, Attribution.BY):
        return None
    name, sort_name = natural_and_sorted(rest)
    key = name_key(name)
    if not key:
        return None
    return replace(life, name=name[:300], sort_name=sort_name[:300], key=key, attribution=attribution)


def name_key(name: str) -> str:
    """One form for the spellings of a name: no accents, case, marks, titles or initials' points; words in order.

    "Raeburn, Sir Henry", "RAEBURN HENRY" and "Henry Raeburn" share a key; so do both orders of a Chinese name.
    At most 300 characters; "" for a name without letters or digits.
    """
    main = re.sub(r"\((?![ivx]{1,4}\)|\d)[^)]*\)", " ", fold(name))
    letters = (
        (main if re.search(r"\w", main) else fold(name))
        .replace("'", "")
        .replace("’", "")
        .replace("ß", "ss")
        .replace("ø", "o")
        .replace("ł", "l")
    )
    words = [word for word in re.split(r"[\W_]+", letters) if word]
    kept = [word for word in words if word not in HONORIFICS] or words
    return " ".join(sorted(kept))[:300].strip()


def split_life(text: str) -> tuple[str, ArtistCredit]:
    """The name's part of the text, and a credit that carries its dates and nationality only."""
    empty = ArtistCredit("", "", "")
    if (credit := read_life(text)) is not None:
        return "", credit
    if len(several := [m for m in re.finditer(r"\(([^()]*)\)", text) if read_life(m[1])]) > 1:
        for match in reversed(several):
            text = text[: match.start()].rstrip() + text[match.end() :]
        return re.sub(r" ?, ?", "; ", text), empty
    for pattern in (
        r"^(?P<name>[^()]*)\((?P<life>[^()]*)\)(?P<rest>.*)$",
        r"^(?P<name>.+?)[ ,;]*\((?P<life>[^()]*)\)(?P<rest>)$",
    ):
        if found := re.match(pattern, text):
            credit = read_life(found["life"])
            if credit is not None:
                return f"{found['name']} {found['rest']}".strip(" ,;-"), credit
    for match in re.finditer(r"(?: - | -|- |, | (?=[bdn]\. ?\d)| (?=\d{4}\b)| (?=(?:NASC|nasc|Nasc)\.? ?\d))", text):
        credit = read_life(text[match.end() :])
        if credit is not None and match.start():
            return text[: match.start()].strip(" ,;-"), credit
    return text, empty


def read_life(text: str) -> ArtistCredit | None:
    """Dates and nationality from the words beside a name; None when they are something else."""
    nationality, shown = "", text.strip(" .;,")
    head, comma, tail = shown.partition(",")
    if comma and _NATIONALITY.match(head.strip()) and re.search(r"\d", tail):
        nationality, shown = head.strip(), tail.strip()
    elif match := re.match(r"^([A-Z][a-z]{3,}(?:-[A-Z][a-z]+)?) +(?=(?:c\. ?|b\. ?)?\d{4})", shown):
        nationality, shown = match[1], shown[match.end() :]
    folded = fold(shown).strip(" .")
    for pattern in (_LIFE, _BORN_IN, _DIED_IN):
        match = pattern.fullmatch(folded)
        if match and re.search(r"\d", folded):
            groups = match.groupdict()
            return dated(groups.get("birth") or "", groups.get("death") or "", nationality)
    if _ACTIVE.match(folded) and re.search(r"\d|[xvi]{2}", folded):
        return ArtistCredit("", "", "", nationality=nationality)
    return None


def dated(birth: str, death: str, nationality: str) -> ArtistCredit:
    birth, death = (text if re.search(r"\d", text) else "" for text in (birth, death))
    return ArtistCredit(
        "",
        "",
        "",
        birth=year_or_none(birth),
        death=year_or_none(death),
        birth_text=birth,
        death_text=death,
        nationality=nationality,
    )


def year_or_none(text: str) -> FuzzyDate | None:
    try:
        return parse_fuzzy_date(text)
    except FuzzyDateError:
        return None


def clean_name(text: str) -> str:
    """The name without remarks in brackets that are no names, and with one space between words."""
    text = re.sub(r"\((?:(?!I{1,3}\)|IV\)|V\))[A-Z]{1,3}|[a-z]\.?|attrib[^)]*|atrib[^)]*)\)", " ", text).strip()
    text = re.sub(r"^\[(.*)\]$", r"\1", text)
    return re.sub(r"\s+([,;])", r"\1", re.sub(r"\s+", " ", text)).strip(" ,;-–")


def natural_and_sorted(text: str) -> tuple[str, str]:
    """Both orders of a name. Only a comma tells family names from given ones; without it the last word is taken."""
    shown = as_cased(text)
    family, comma, given = (part.strip() for part in shown.partition(","))
    if comma and given and ";" not in shown and given.count(",") == 0 and fold(given) not in SUFFIXES:
        bracket = re.search(r"\s*(\(.*\))$", given)
        given_plain = given[: bracket.start()].strip() if bracket else given
        natural = f"{given_plain} {family}".strip()
        return (f"{natural} {bracket[1]}" if bracket else natural), f"{family}, {given}"
    words = shown.split(" ")
    if ";" in shown or comma or len(words) < 2 or "(" in shown or "&" in words or words[-1].casefold() in SUFFIXES:
        return shown, shown
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in {"van", "von", "der", "den", "ter", "ten"}:
        start -= 1
    return shown, f"{' '.join(words[start:])}, {' '.join(words[:start])}"


def as_cased(text: str) -> str:
    """A name printed in capitals gets them at the start of words only."""
    if "," in text and not text.isupper():
        return ", ".join(as_cased(part.strip()) if part.strip().isupper() else part.strip() for part in text.split(","))
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) < 4 or sum(letter.isupper() for letter in letters) < 0.9 * len(letters):
        return text
    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", lambda match: cased_word(match, text), text)


def cased_word(match: re.Match[str], text: str) -> str:
    word = match.group()
    follows_initial = match.end() < len(text) and text[match.end()] == "." and len(word) == 1
    if word.casefold() in PARTICLES and match.start() and not follows_initial:
        return word.lower()
    if re.fullmatch(r"[IVX]{2,4}", word) or (len(word) <= 2 and not re.search("[AEIOUY]", word)):
        return word
    parts = re.split(r"(['’])", word)
    if len(parts) == 3 and len(parts[0]) <= 2:
        return parts[0].capitalize() + parts[1] + parts[2].capitalize()
    if word.startswith("MC") and len(word) > 3:
        return f"Mc{word[2:].capitalize()}"
    return word.capitalize()
