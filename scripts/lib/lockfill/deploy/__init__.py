"""`scripts/deploy` and `scripts/rollback`: releases of the stack on AWS, with a way back."""
