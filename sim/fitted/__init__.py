"""The fit of the few fitted numbers, and what came of it.

panels.py     a run as the fit sees it: who could answer at the two waves, and with what chance
matching.py   draws from the priors, and the rule that keeps some of them
vectors.json  the vectors kept, and how they came about (read by sim/vectors.py, written by experiments/fit.py)
"""

from sim.fitted.matching import Fit, Target, fit, targets

__all__ = ["Fit", "Target", "fit", "targets"]
