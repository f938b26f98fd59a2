"""Amounts with their currency, read from the ways in which catalogues print them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Literal, TypeAlias

from babel.numbers import list_currencies
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from artmarket.core.text import CodedError, excerpt, plain

DecimalMark: TypeAlias = Literal["", ".", ","]

CENT = Decimal("0.01")
LIMIT = Decimal(10) ** 12
HISTORIC = {"FRL"}  # the livre tournois, which ISO 4217 does not know

SYMBOLS = {
    "us$": "USD",
    "u.s.$": "USD",
    "usd$": "USD",
    "hk$": "HKD",
    "hkd$": "HKD",
    "nt$": "TWD",
    "a$": "AUD",
    "au$": "AUD",
    "c$": "CAD",
    "ca$": "CAD",
    "s$": "SGD",
    "sg$": "SGD",
    "r$": "BRL",
    "nz$": "NZD",
    "$": "USD",
    "£": "GBP",
    "€": "EUR",
    "¥": "JPY",
    "₩": "KRW",
    "₹": "INR",
    "₽": "RUB",
    "₫": "VND",
    "฿": "THB",
    "₺": "TRY",
    "rmb": "CNY",
    "元": "CNY",
    "人民币": "CNY",
    "港元": "HKD",
    "港币": "HKD",
    "美元": "USD",
    "欧元": "EUR",
    "英镑": "GBP",
    "dollar": "USD",
    "dollars": "USD",
    "euro": "EUR",
    "euros": "EUR",
    "pounds": "GBP",
    "yen": "JPY",
    "yuan": "CNY",
    "fr.": "CHF",
    "sfr": "CHF",
    "sfr.": "CHF",
    "livre": "FRL",
    "livres": "FRL",
    "livres tournois": "FRL",
    "l.t.": "FRL",
}
MULTIPLIERS = {
    "k": 1_000,
    "thousand": 1_000,
    "mille": 1_000,
    "mil": 1_000,
    "m": 1_000_000,
    "mio": 1_000_000,
    "mn": 1_000_000,
    "million": 1_000_000,
    "millions": 1_000_000,
    "bn": 1_000_000_000,
    "万": 10_000,
    "亿": 100_000_000,
}

_NUMBER = re.compile(r"(?<![\w.,])[-+]?\s?[\d][\d.,'’ ]*|(?<=[^\d\s.,])[-+]?\d[\d.,'’ ]*", re.ASCII)
_RANGE = re.compile(r"\d\s*-\s*\D{0,4}\s*\d", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*", re.ASCII)
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}", re.ASCII)


class MoneyError(CodedError):
    """An amount that cannot be read. Codes: no_number, range, not_money, ambiguous_number, negative, too_large,
    no_currency, unknown_currency, two_currencies."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount (hundredths, never a float) in a currency (ISO 4217, or FRL for the livre tournois)."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount:,.2f} {self.currency}"


def parse_money(text: str, *, default_currency: str | None = None, decimal: DecimalMark = "") -> Money | None:
    """The amount that ``text`` prints, rounded to hundredths; None for an empty text.

    ``decimal`` fixes the decimal mark; else a lone mark before exactly three digits ("28.500", "1,300") parts
    thousands. Raises ``MoneyError``.
    """
    shown = plain(text)
    if not shown:
        return None
    if _RANGE.search(shown):
        raise MoneyError("range", _("“%(text)s” is a range; one amount is asked.") % {"text": excerpt(text)})
    match = _NUMBER.search(shown)
    if match is None:
        raise MoneyError("no_number", _("“%(text)s” holds no amount.") % {"text": excerpt(text)})
    number = parse_number(match.group().rstrip(" .,'’"), decimal=decimal)
    currency, factor = read_words(shown[: match.start()], shown[match.end() :], text, default_currency)
    return Money(checked_amount(number * factor, text), currency)


def parse_number(text: str, *, decimal: DecimalMark = "") -> Decimal:
    """A number with any marks between its digits. Raises ``MoneyError`` (ambiguous_number)."""
    if not re.fullmatch(r"[-+]?\s?(\d{1,3}(?:[ '’]\d{3})+|\d+)?[\d.,]*", text, re.ASCII):
        raise MoneyError("ambiguous_number", _("“%(text)s” is not one number.") % {"text": excerpt(text)})
    digits = re.sub(r"[ '’+]", "", text)
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    mark = decimal or decimal_mark_of(digits)
    group = {"": "., ", ".": ",", ",": "."}[mark]
    whole, _mark, fraction = digits.partition(mark) if mark else (digits, "", "")
    if not sane_groups(whole) or any(other in fraction for other in ".,"):
        raise MoneyError("ambiguous_number", _("“%(text)s” is not one number.") % {"text": excerpt(text)})
    for separator in group:
        whole = whole.replace(separator, "")
    return Decimal(f"{sign}{whole or '0'}.{fraction or '0'}")


def decimal_mark_of(digits: str) -> DecimalMark:
    """The mark that parts the fraction: the last of two kinds, or a lone one not followed by exactly three digits."""
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return "." if digits.rfind(".") > digits.rfind(",") else ","
    if points + commas != 1:
        return ""
    leading_zero = digits.startswith("0")
    if _GROUPED.fullmatch(digits) and not leading_zero:
        return ""
    return "." if points else ","


def sane_groups(whole: str) -> bool:
    """True when the whole part is plain digits or parted in thousands (Indian lakhs too)."""
    return whole.isdigit() or whole == "" or bool(_GROUPED.fullmatch(whole) or _INDIAN.fullmatch(whole))


def read_words(before: str, after: str, text: str, default: str | None) -> tuple[str, int]:
    """Currency and multiplier from the words around the number. Raises ``MoneyError`` for words of no such meaning."""
    tail, factor = split_multiplier(after.strip().removesuffix("-").strip(" .:()[]").casefold())
    found = {code for words in (before.strip(" .:()[]").casefold(), tail) for code in currency_words(words, text)}
    if len(found) > 1:
        raise MoneyError("two_currencies", _("“%(text)s” names two currencies.") % {"text": excerpt(text)})
    currency = found.pop() if found else checked_default(default, text)
    if currency == "JPY" and "¥" in text and default == "CNY":
        currency = "CNY"
    return currency, factor


def split_multiplier(words: str) -> tuple[str, int]:
    """The words after a number without "million" and the like, and the factor that those mean."""
    for word in sorted(MULTIPLIERS, key=len, reverse=True):
        rest = words.removeprefix(word).strip(" .")
        if words.startswith(word) and rest in known_words():
            return rest, MULTIPLIERS[word]
    return words, 1


@cache
def known_words() -> frozenset[str]:
    """Every text that means a currency, without case; the empty one too."""
    return frozenset({"", *SYMBOLS, *(code.casefold() for code in currencies())})


@cache
def currencies() -> frozenset[str]:
    """Codes of currencies of today and of the past."""
    return frozenset({code for code in list_currencies() if re.fullmatch("[A-Z]{3}", code)} | HISTORIC)


def check_currency(code: str) -> None:
    """A field's validator: raises ``ValidationError`` (unknown_currency) for a code that names no currency."""
    if code not in currencies():
        raise ValidationError(_("“%(code)s” is no known currency.") % {"code": code}, code="unknown_currency")


def currency_words(words: str, text: str) -> list[str]:
    """The codes that the words name. "USD $" and "HKD HK$" may name one currency twice."""
    if not words:
        return []
    if words in SYMBOLS:
        return [SYMBOLS[words]]
    parts = re.findall(r"[a-z.]*\$|[^\W\d]+\.?|[£€¥₩₹₽₫฿₺]", words)
    if "".join(parts) != words.replace(" ", ""):
        parts = [words]
    return [code for part in parts if (code := currency_of(part, parts, text))]


def currency_of(part: str, parts: list[str], text: str) -> str:
    if part.upper() in currencies():
        return part.upper()
    if part in SYMBOLS:
        codes = [other.upper() for other in parts if other.upper() in currencies()]
        return codes[0] if codes and part in "$¥" else SYMBOLS[part]
    if re.fullmatch("[a-z]{3}", part):
        raise MoneyError("unknown_currency", _("“%(code)s” is no known currency.") % {"code": part.upper()})
    raise MoneyError("not_money", _("“%(text)s” is more than an amount.") % {"text": excerpt(text)})


def checked_default(default: str | None, text: str) -> str:
    if default is None:
        raise MoneyError("no_currency", _("“%(text)s” names no currency.") % {"text": excerpt(text)})
    if default not in currencies():
        raise MoneyError("unknown_currency", _("“%(code)s” is no known currency.") % {"code": default})
    return default


def checked_amount(amount: Decimal, text: str) -> Decimal:
    if amount < 0:
        raise MoneyError("negative", _("“%(text)s” is below zero.") % {"text": excerpt(text)})
    if amount >= LIMIT:
        raise MoneyError("too_large", _("“%(text)s” is too large.") % {"text": excerpt(text)})
    return amount.quantize(CENT, ROUND_HALF_UP)
