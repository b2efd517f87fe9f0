"""Rival explanations of leaders' fall: what is run and compared, and what the page shows of it."""
