"""The full scorecard: what is run and kept for it, and what the pages show of it."""
