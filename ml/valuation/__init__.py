"""Price estimates from facts, history known before the date, and deep features. Paths and arrays in, dataclasses out."""
