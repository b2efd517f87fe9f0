"""Everybody's week."""
