"""The decision: a pure function of (catalog, query, user state, minute) to a slate of slots.

Nothing in here reads a clock, draws a random number, waits or talks to anybody, and no number is a
floating-point one. What must come of which inputs is in `tests/fixtures`, for any language.
"""
