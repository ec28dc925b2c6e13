"""`scripts/bench`: how fast Lockfill is on this machine, and how it behaves while something is gone."""
