"""Benchmarks: each compares with the limit or a peer in the same run and prints a ratio. ``python -m benchmarks``."""
