"""`scripts/parity`: whether two servers answer allocations alike."""
