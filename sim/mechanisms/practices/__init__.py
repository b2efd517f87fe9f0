"""Practices: demand, capacity, access."""
