"""`scripts/bench attack`: what attackers cost the clients of the stack."""
