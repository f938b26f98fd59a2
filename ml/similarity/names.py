"""The senses by name; what needs only these need not load a network."""

STYLE, SUBJECT, COLOUR, COMPOSITION, HAND = "style", "subject", "colour", "composition", "hand"
SENSES = (STYLE, SUBJECT, COLOUR, COMPOSITION, HAND)
INBORN = (STYLE, SUBJECT, COLOUR, COMPOSITION)
"""Senses that come with every network; ``hand`` exists only where attribution has learned it."""
LAYOUT = 1
"""Counted up whenever a sense's features change, so that spaces filled before are built anew."""
