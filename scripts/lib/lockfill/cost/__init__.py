"""`scripts/cost`: what serving costs a month, from measured inputs and published prices."""
