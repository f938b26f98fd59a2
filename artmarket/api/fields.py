"""How the field's values look in JSON: money, uncertain dates, sizes. Used with ``source="*"``: they read columns."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

AMOUNT = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "example": "125000.00"}
CURRENCY = {"type": "string", "pattern": "^[A-Z]{3}$", "example": "GBP"}
CENTIMETRES = {"type": "string", "nullable": True, "pattern": r"^\d+(\.\d+)?$", "example": "60.00"}
DAY = {"type": "string", "format": "date", "nullable": True}


def money(amount: Decimal | None, currency: str) -> dict[str, str] | None:
    """``{"amount": "125000.00", "currency": "GBP"}``, or None where no amount is known."""
    return None if amount is None else {"amount": str(amount), "currency": currency}


class ColumnsField(serializers.Field[Any, Any, Any, Any]):
    """A read-only object made of several columns of the record."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)


@extend_schema_field(
    {
        "type": "object",
        "nullable": True,
        "required": ["amount", "currency"],
        "properties": {"amount": AMOUNT, "currency": CURRENCY},
    }
)
class MoneyField(ColumnsField):
    """``MoneyField("price")`` reads ``price`` and ``currency``; a fixed currency is given by ``in_currency``."""

    def __init__(self, amount: str, *, currency: str = "currency", in_currency: str = "", **kwargs: Any) -> None:
        self.amount, self.currency, self.in_currency = amount, currency, in_currency
        super().__init__(**kwargs)

    def to_representation(self, value: Any) -> dict[str, str] | None:
        return money(getattr(value, self.amount), self.in_currency or getattr(value, self.currency))


@extend_schema_field(
    {
        "type": "object",
        "required": ["text", "earliest", "latest", "circa"],
        "properties": {"text": {"type": "string"}, "earliest": DAY, "latest": DAY, "circa": {"type": "boolean"}},
    }
)
class FuzzyDateField(ColumnsField):
    """``FuzzyDateField("birth")`` reads ``birth_text``, ``birth_earliest``, ``birth_latest`` and ``birth_circa``."""

    def __init__(self, prefix: str, **kwargs: Any) -> None:
        self.prefix = prefix
        super().__init__(**kwargs)

    def to_representation(self, value: Any) -> dict[str, Any]:
        return {
            "text": getattr(value, f"{self.prefix}_text"),
            "earliest": getattr(value, f"{self.prefix}_earliest"),
            "latest": getattr(value, f"{self.prefix}_latest"),
            "circa": getattr(value, f"{self.prefix}_circa", False),
        }


@extend_schema_field(
    {
        "type": "object",
        "required": ["text", "height_cm", "width_cm", "depth_cm"],
        "properties": {
            "text": {"type": "string"},
            "height_cm": CENTIMETRES,
            "width_cm": CENTIMETRES,
            "depth_cm": CENTIMETRES,
        },
    }
)
class DimensionsField(ColumnsField):
    """The size as written and, where it could be read, in centimetres."""

    def to_representation(self, value: Any) -> dict[str, Any]:
        return {
            "text": value.dimensions_text,
            "height_cm": decimal_text(value.height_cm),
            "width_cm": decimal_text(value.width_cm),
            "depth_cm": decimal_text(value.depth_cm),
        }


def decimal_text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


class MoneyInput(serializers.Serializer[Any]):
    """``{"amount": "125000.00", "currency": "GBP"}`` as sent; amounts are strings or numbers, never rounded."""

    amount = serializers.DecimalField(max_digits=14, decimal_places=2, coerce_to_string=True)
    currency = serializers.RegexField("^[A-Z]{3}$")
