"""Run an ensemble: ``python -m experiments.run scenario=baseline ensemble.replicates=80``; see ``--help``.

A Hydra app: a job is a scenario, never a replicate. Everything that a user can get wrong is checked for every
job before the first is computed, and told in one line (exit code 2).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import chdir
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.command_line import read_options, run_app, swept
from sim.run.config import Config, ConfigError, compose, from_hydra

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from sim.ensembles.ensemble import Ensemble

Report = Callable[[Sequence["Ensemble"]], str]

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130


@dataclass
class Session:
    """What the jobs of one command have come to.

    Attributes:
        several: whether the command asks for several jobs (``-m``).
        report: what is printed of a finished job: a function of its worlds.
        home: the folder that the command was given in, from which paths are seen: Hydra may go elsewhere for a job.
        done: overrides and ensemble of each finished job.
        error: what the user got wrong; it stops the jobs that are left.
        failed: whether a replicate failed.
        interrupted: whether Ctrl-C was pressed.
    """

    several: bool
    report: Report
    home: Path = field(default_factory=Path.cwd)
    done: list[tuple[Sequence[str], Ensemble]] = field(default_factory=list)
    error: ConfigError | None = None
    failed: bool = False
    interrupted: bool = False

    def job(self, composed: DictConfig) -> None:
        """Run one job. Errors of the user are kept: Hydra adds lines of its own to what it lets through."""
        from hydra.core.hydra_config import HydraConfig

        from sim.ensembles.ensemble import Interrupted

        if self.error or self.interrupted:
            return
        overrides = list(HydraConfig.get().overrides.task)
        try:
            with chdir(self.home):
                self.scenario(from_hydra(composed, overrides), overrides)
        except ConfigError as error:
            self.error = error
        except Interrupted:
            self.interrupted = True
        except KeyboardInterrupt:
            self.interrupted = True
            say("stopped: what is finished is kept; the same command does the rest")

    def scenario(self, config: Config, overrides: Sequence[str]) -> None:
        """Compute one scenario and report on it.

        Raises:
            ConfigError: an output folder that cannot be used.
            Interrupted: Ctrl-C.
        """
        from sim.ensembles.ensemble import Interrupted, compute

        worlds = plan_job(config, several=self.several)
        try:
            compute(worlds, workers=config.ensemble.workers, progress=True)
        except Interrupted:
            kept = sum(len(w.finished()) for w in worlds)
            asked = sum(len(w.members) for w in worlds)
            say(f"stopped: {kept} of {asked} replicates are kept in {worlds[0].folder}; "
                "the same command computes the rest")  # fmt: skip
            raise
        print(self.report(worlds))
        self.failed |= any(w.failures for w in worlds)
        self.done.append((overrides, worlds[0]))

    def by_name(self) -> dict[str, Ensemble]:
        """Return the finished ensembles by scenario or, where that is the same, by what differs."""
        names = [ensemble.config.scenario.name for _, ensemble in self.done]
        if len(set(names)) < len(names):
            common = set.intersection(*(set(overrides) for overrides, _ in self.done))
            names = [", ".join(o for o in overrides if o not in common) for overrides, _ in self.done]
        return dict(zip(names, (ensemble for _, ensemble in self.done), strict=True))


def plan_job(config: Config, *, several: bool = False) -> list[Ensemble]:
    """Plan a job's ensemble and, if wanted, that of its null world.

    Args:
        config: of the job.
        several: whether ``output`` is to hold a folder for each of several jobs.

    Raises:
        ConfigError: an output folder that holds something else.
    """
    from sim.ensembles.ensemble import default_folder
    from sim.ensembles.store import check_shelf
    from sim.studies.scorecard.worlds import plan_worlds

    default = default_folder(config)
    folder = Path(config.output or default).expanduser()
    if config.output and several:
        check_shelf(folder)
        folder = folder / default.name
    worlds = plan_worlds(config, replicates=config.ensemble.replicates, folder=folder)
    for world in worlds:
        world.check()
    return worlds


def check_jobs(jobs: Sequence[Sequence[str]], *, several: bool) -> None:
    """Check all that can be known of the jobs of a command before any is run.

    Args:
        jobs: overrides of each.
        several: as for :func:`plan_job`.

    Raises:
        ConfigError: a key, value or output folder that is not allowed, or too little room for the runs of all jobs.
    """
    from sim.ensembles.ensemble import check_room

    check_room([world for job in jobs for world in plan_job(compose(*job), several=several)])


def run(arguments: Sequence[str], report: Report) -> int:
    """Check all jobs of a command, run them and return the exit code.

    Raises:
        ConfigError: what the user got wrong, in one line.
    """
    options = read_options(arguments)
    asks_hydra = options.cfg or options.info or options.hydra_help or options.shell_completion
    if not (asks_hydra or options.config_dir):
        check_jobs(swept(options.overrides) if options.multirun else [options.overrides], several=options.multirun)
    session = Session(several=options.multirun, report=report)
    run_app(session.job, arguments)
    if session.error:
        raise session.error
    if session.interrupted:
        return INTERRUPTED
    if len(session.done) > 1:
        from experiments.report import report_scenarios

        print(report_scenarios(session.by_name()))
    return FAILED if session.failed else 0


def main(
    arguments: Sequence[str] | None = None, report: Report | None = None, *, command: str = "experiments.run"
) -> int:
    """Run the command line and return its exit code: 0, 1 a replicate failed, 2 bad input, 130 Ctrl-C.

    Args:
        arguments: of the command; those of the process if None.
        report: what is printed of a finished job; everything if None.
        command: the module that was asked for, as its help names it.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if {"-h", "--help"} & set(arguments):
            from experiments.help import help_text

            print(help_text(command), flush=True)
            return 0
        return run(arguments, report or report_everything)
    except ConfigError as error:
        say(f"error: {error}")
        return BAD_INPUT
    except KeyboardInterrupt:
        say("stopped before anything was computed")
        return INTERRUPTED
    except BrokenPipeError:
        return _seen_enough()


def long_job(job: Callable[[list[str]], int], arguments: Sequence[str] | None, *, about: str) -> int:
    """Run a job that keeps its runs and can be taken up again; return its exit code, or that of what stopped it.

    Args:
        job: takes overrides and returns an exit code.
        arguments: of the command; those of the process if None.
        about: what ``--help`` prints.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if {"-h", "--help"} & set(arguments):
        print(about)
        return 0
    try:
        return job(arguments)
    except ConfigError as error:
        say(f"error: {error}")
        return BAD_INPUT
    except KeyboardInterrupt:
        say("stopped: what is finished is kept; the same command computes the rest")
        return INTERRUPTED
    except RuntimeError as error:
        say(f"error: {error}")
        return FAILED
    except BrokenPipeError:
        return _seen_enough()


def _seen_enough() -> int:
    """Return the exit code when the reader, such as ``head``, has seen enough."""
    sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - what the interpreter flushes at its end
    return 0


def report_everything(worlds: Sequence[Ensemble]) -> str:
    """Return the whole report of a job; drawing is imported when there is something to draw."""
    from experiments.report import report

    return report(worlds)


def say(line: str) -> None:
    """Write one line to standard error."""
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
