"""`scripts/bench balancer`: local-alb in front of an HTTP target, and nginx in its place."""
