"""Directions of effect and extremes: what is run and judged, and what the page shows of it."""
