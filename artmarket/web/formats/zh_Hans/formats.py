"""Amounts in Chinese are parted in thousands, as on invoices and in catalogues; Django's own file parts them in fours."""

NUMBER_GROUPING = 3
THOUSAND_SEPARATOR = ","
