"""The decision: a pure function of (catalog, query, user state, minute) to a slate of slots.

No module in here reads a clock, draws a random number, waits or does I/O, and no number is a
floating-point one. `tests/fixtures` has inputs and their decisions, for any language.
"""
