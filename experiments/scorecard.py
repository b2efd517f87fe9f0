"""Print the scorecard of an ensemble: ``python -m experiments.scorecard``.

It takes the arguments of ``experiments.run``; replicates that are there already are reused.
"""

from __future__ import annotations

import sys

from experiments.run import main

if __name__ == "__main__":
    from experiments.report import report_scorecard

    sys.exit(main(report=report_scorecard, command="experiments.scorecard"))
