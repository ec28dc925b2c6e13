"""What was delivered and spent, by any of the things that a fact names."""
