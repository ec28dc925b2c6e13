"""`scripts/test`: the steps, what they run, and how their tests are counted."""
