"""What a person prefers to see."""

from __future__ import annotations

from artmarket.accounts.models import User


def set_preferences(
    *, actor: User, theme: str | None = None, language: str | None = None, currency: str | None = None
) -> None:
    """Keep what is given. Raises ``ValidationError`` for an unknown theme or language, or a currency without three letters."""
    given = {"theme": theme, "language": language, "currency": currency}
    changed = {name: value for name, value in given.items() if value is not None}
    for name, value in changed.items():
        setattr(actor, name, value)
    actor.clean_fields(exclude=[field.name for field in User._meta.fields if field.name not in changed])
    actor.save(update_fields=list(changed))
