"""Every word that a dossier prints, in the language of the person who makes it: frozen with it, so that a later
translation changes no page of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from analysis.valuation.showing import REGIMES

WORDS = {
    "dossier": _("Valuation dossier"),
    "prepared_for": _("Prepared by"),
    "purpose": _("Purpose"),
    "effective_date": _("As of"),
    "made_at": _("Made on"),
    "price_basis": _("Price basis"),
    "currency": _("Currency"),
    "untitled": _("Untitled"),
    "no_picture": _("no picture"),
    "picture_credit": _("Picture"),
    "invented": _("Invented demo data"),
    "work": _("The work"),
    "artist": _("Artist"),
    "date": _("Date"),
    "medium": _("Medium"),
    "size": _("Size"),
    "signature": _("Signature"),
    "edition": _("Edition"),
    "provenance": _("Provenance"),
    "exhibitions": _("Exhibitions"),
    "literature": _("Literature"),
    "value": _("The value"),
    "reckoning": _("How it was reckoned"),
    "low": _("Low"),
    "middle": _("Middle"),
    "high": _("High"),
    "amount": _("Amount"),
    "estimate": _("Estimate"),
    "interval": _("The estimate and its intervals"),
    "interval_words": _("Each bar is made to hold the named share of prices; the mark is the middle."),
    "waterfall": _("From a first guess to the estimate"),
    "first_guess": _("First guess"),
    "comparables": _("Comparable sales"),
    "comparables_words": _(
        "The nearest earlier sales, at the rate of each sale's day. Adjustments say what each would have brought, "
        "were it the work of this dossier on its date."
    ),
    "no_comparables": _("No comparable sale is known."),
    "sale": _("Sale"),
    "price": _("Price"),
    "adjustments": _("Adjustments"),
    "adjusted": _("Adjusted"),
    "struck": _("left out"),
    "data": _("Data and model"),
    "offers": _("Offers on record before the date"),
    "sold": _("of these sold"),
    "last_sale": _("Last sale on record"),
    "data_fingerprint": _("Fingerprint of the data"),
    "inputs_fingerprint": _("Fingerprint of what was asked"),
    "model": _("Model"),
    "model_market": _("Market"),
    "regime": _("Regime"),
    **REGIMES,
    "model_fingerprint": _("Checksum of the model"),
    "code_version": _("Version of the program"),
    "measured": _("Measured on sales that the model had not seen"),
    "limits": _("Limits"),
    "check": _("To check this dossier"),
    "check_words": _(
        "The line at the foot of each page is the SHA-256 of all that this dossier says. Whoever may see the dossier "
        "can compare it at the address below; a dossier made anew from the same content has the same bytes."
    ),
    "content_hash": _("Content hash (SHA-256)"),
    "page": _("Page"),
    "of": _("of"),
}
