"""What the operator says about registrations without proof (MONOLITH_PROOF_OF_POSSESSION)."""

ACCEPT = "accept"
# Accepted, and counted by a line of the log.
WARN = "warn"
REQUIRE = "require"
