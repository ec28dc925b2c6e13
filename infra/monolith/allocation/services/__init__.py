"""Allocation in terms of models and stores. Nothing here knows HTTP, DynamoDB or Redis."""
