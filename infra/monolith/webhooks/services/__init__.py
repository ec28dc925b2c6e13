"""Endpoints and their secrets, what is told, and the outbox."""
