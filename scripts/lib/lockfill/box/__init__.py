"""Lockfill as containers on one machine: images, secrets, configuration, and rolling restarts."""
