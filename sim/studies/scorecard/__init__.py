"""The scorecard: patterns of the evidence held against an ensemble, with the null world beside it.

    patterns.py  what was observed, read from sim/evidence/patterns.yaml
    measures.py  what a run gives for each pattern
    rules.py     when a pattern holds, fails or is left open
    table.py     the table, and the text of it

It reads results and nothing else; no outcome is written into the model for its sake.
"""

from sim.studies.scorecard.measures import measured
from sim.studies.scorecard.patterns import Pattern, patterns
from sim.studies.scorecard.table import COLUMNS, judge, render, score

__all__ = ["COLUMNS", "Pattern", "judge", "measured", "patterns", "render", "score"]
