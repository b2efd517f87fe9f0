"""Entry points: each composes a configuration, calls :mod:`sim` and writes or prints results."""

import sys
from types import TracebackType


def _stopped(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say in a line that Ctrl-C came while modules were being loaded; commands themselves say more."""
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("stopped before anything was computed\n")
    else:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _stopped
