"""Three rival explanations of leaders' fall: ``python -m experiments.rivals [key=value ...]``.

Hope, strain and rubber-stamping, each fitted alone (``python -m experiments.fit --scenario only_strain``), beside a
yardstick with none of them: what each predicts for other dates, groups and instruments, and which survey would tell two
apart. All runs are kept: Ctrl-C stops, and the same command goes on. Asked as it ships, it also writes what the page
shows (``docs/data/rivals.json``, its image and numbers).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from experiments.pages.steps import keep_stamp, stamp_of
from experiments.rivals import page
from experiments.rivals.study import compared, compute_all
from experiments.run import long_job


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 1 a run failed, 2 bad input, 130 Ctrl-C."""
    return long_job(rivals, arguments, about=__doc__ or "")


def rivals(overrides: Sequence[str]) -> int:
    """Compute what is missing, compare the worlds and print what tells them apart; return the exit code.

    Args:
        overrides: of the configuration; the page's files are written only if there are none.

    Raises:
        ConfigError: a key, value or folder that is not allowed.
        RuntimeError: a run failed.
    """
    stamp = None if overrides else stamp_of("rivals")
    runs = compute_all(overrides)
    found = compared(runs)
    print("\n\n".join(page.tables(found).values()))
    if stamp:
        page.write_page(found, runs)
        keep_stamp("rivals", stamp)
        print(f"\npage: {page.DATA.name}, {page.IMAGE.name} and numbers; make docs fills the page")
    return 0


if __name__ == "__main__":
    sys.exit(main())
