"""The fit of the few fitted numbers, and what came of it.

panels.py     a run as the fit sees it: who could answer at the two waves, and with what chance
matching.py   draws from the priors, and the rule that keeps some of them
"""

from sim.studies.fit.matching import Fit, Target, fit, targets

__all__ = ["Fit", "Target", "fit", "targets"]
