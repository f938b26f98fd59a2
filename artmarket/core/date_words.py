"""Words of time in the languages of the trade (folded: no accents, no capitals)."""

from __future__ import annotations

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janeiro janvier janv januar gennaio gen enero ene",
            "february feb fevereiro fev fevrier fevr februar febbraio febrero",
            "march mar marco mars marz maerz marzo",
            "april apr abril abr avril avr aprile",
            "may maio mai maggio mag mayo",
            "june jun junho juin juni giugno giu junio",
            "july jul julho juillet juil juli luglio lug julio",
            "august aug agosto ago aout",
            "september sep sept setembro set septembre settembre septiembre",
            "october oct outubro out octobre oktober okt ottobre ott octubre",
            "november nov novembro novembre noviembre",
            "december dec dezembro dez decembre dezember dicembre dic diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
CIRCA = (
    "circa", "ca", "c", "cca", "about", "around", "approximately", "approx", "probably", "possibly", "perhaps", "likely",
    "cerca de", "cerca", "por volta de", "vers", "environ", "um", "etwa", "wohl", "intorno al", "verso", "hacia",
    "provavelmente", "约", "約", "大约",
)  # fmt: skip
BEFORE = (
    "before", "by", "until", "no later than", "not later than", "antes de", "ate", "avant", "vor", "prima del",
    "ante", "jusqu'en",
)  # fmt: skip
AFTER = (
    "after", "since", "from", "no earlier than", "not before", "depois de", "apos", "apres", "nach", "dopo il",
    "post", "despues de", "seit",
)  # fmt: skip
# The part of a century or decade that a word means, as fractions of its length.
PARTS = {
    "early": (0.0, 0.4), "beginning of": (0.0, 0.4), "inicio do": (0.0, 0.4), "inicios do": (0.0, 0.4),
    "principios do": (0.0, 0.4), "debut du": (0.0, 0.4), "anfang": (0.0, 0.4), "fruhes": (0.0, 0.4),
    "inizio del": (0.0, 0.4), "inicio": (0.0, 0.4),
    "mid": (0.3, 0.7), "middle of": (0.3, 0.7), "meados do": (0.3, 0.7), "milieu du": (0.3, 0.7),
    "mitte": (0.3, 0.7), "meta del": (0.3, 0.7),
    "late": (0.6, 1.0), "end of": (0.6, 1.0), "final do": (0.6, 1.0), "finais do": (0.6, 1.0), "fins do": (0.6, 1.0),
    "fin du": (0.6, 1.0), "ende": (0.6, 1.0), "spates": (0.6, 1.0), "fine del": (0.6, 1.0),
    "first half of": (0.0, 0.5), "second half of": (0.5, 1.0), "1st half of": (0.0, 0.5), "2nd half of": (0.5, 1.0),
    "primeira metade do": (0.0, 0.5), "1a metade do": (0.0, 0.5), "segunda metade do": (0.5, 1.0),
    "2a metade do": (0.5, 1.0), "premiere moitie du": (0.0, 0.5), "seconde moitie du": (0.5, 1.0),
    "1. halfte": (0.0, 0.5), "2. halfte": (0.5, 1.0), "prima meta del": (0.0, 0.5), "seconda meta del": (0.5, 1.0),
    "first quarter of": (0.0, 0.25), "second quarter of": (0.25, 0.5), "third quarter of": (0.5, 0.75),
    "last quarter of": (0.75, 1.0), "fourth quarter of": (0.75, 1.0),
    "first half": (0.0, 0.5), "second half": (0.5, 1.0),
}  # fmt: skip
# Words that say nothing of when.
NOISE = (
    "the", "in", "of", "on", "de", "do", "da", "du", "des", "el", "le", "la", "der", "im", "em", "en", "del", "and", "or",
    "e", "et", "y", "und", "oder", "ou", "o", "to", "a", "ad", "dated", "datado", "datada", "date", "datiert", "made", "executed",
    "painted", "drawn", "conceived", "cast", "printed", "published", "completed", "signed", "carved", "begun", "started",
    "finished", "reworked", "designed", "created", "years", "spring", "summer", "autumn", "fall", "winter", "edition", "this",
    "work", "was", "circa.", "cerca.", "ano", "anno", "annee", "an", "year", "then", "later", "&", "+", "at", "bis", "do ano",
)  # fmt: skip
NOTHING = {
    "", "-", "?", "n.d.", "nd", "n. d.", "n.d", "undated", "no date", "date unknown", "unknown", "not dated", "n/a", "na",
    "none", "s.d.", "s/d", "sd", "s. d.", "sem data", "nao datado", "nao datada", "sans date", "non date", "o.j.", "o. j.",
    "ohne jahr", "undatiert", "senza data", "sin fecha", "various", "various dates", "unavailable", "年代不详", "无年款", "x",
}  # fmt: skip
CHINESE_PARTS = {
    "初": (0.0, 0.4),
    "早期": (0.0, 0.4),
    "中期": (0.3, 0.7),
    "中叶": (0.3, 0.7),
    "末": (0.6, 1.0),
    "晚期": (0.6, 1.0),
}
