"""What is computed for the pages, in order, and the stamp that says what each was made with.

A stamp has a digest a part (:mod:`experiments.pages.digests`): ``model``, the results that the model gives;
``vectors``, the fitted vectors; ``study``, the code and data of the study itself. It is kept beside the numbers, and
the pages show it. What has another stamp than today's is out of date, which no test takes for an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.pages import DOCS, ROOT
from experiments.pages.digests import results_digest, study_digest, unfitted_digest, vectors_digest
from experiments.pages.numbers import keep_numbers, kept
from sim.ensembles.store import A_RUN_DEPENDS_ON
from sim.run.config import ConfigError
from sim.run.fitted_values import STANDING
from sim.studies.fit.matching import PRIORS
from sim.studies.rivals import WORLDS

MADE_WITH = "made_with"
"""Block of the numbers that holds the stamp of each step, and the minutes that its last session took."""
MINUTES = "minutes"
DIFFERS = {
    "model": "the model gives other results",
    "vectors": "other vectors have been fitted",
    "study": "the study itself has changed",
}
"""What it means that a part of a stamp is not that of today."""


@dataclass(frozen=True)
class Step:
    """Something that is computed for the pages.

    Attributes:
        name: of its stamp.
        command: what ``python -m`` runs.
        files: files and folders of the study itself, below the checkout.
        vectors: sets of fitted vectors that its runs take.
        model: returns the digest of the model as far as the step depends on it.
        claims: returns what the study takes from files of the model, as text.
        fits: the set of vectors that it writes, if any.
    """

    name: str
    command: Sequence[str]
    files: Sequence[str]
    vectors: Sequence[str] = (STANDING,)
    model: Callable[[], str] = results_digest
    claims: Callable[[], str] = str
    fits: str = ""

    def stamp(self) -> dict[str, str]:
        """Return what the step would be made with today."""
        vectors = {"vectors": vectors_digest(self.vectors)} if self.vectors else {}
        return {"model": self.model(), **vectors, "study": study_digest(ROOT, self.files, self.claims())}


def _fit(name: str) -> Step:
    scenario = "baseline" if name == STANDING else name
    return Step(
        name=f"fit_{name}",
        command=("experiments.fit", "--scenario", scenario),
        files=("sim/studies/fit", "sim/evidence/patterns.yaml", f"configs/scenario/{scenario}.yaml"),
        vectors=(),
        model=lambda: unfitted_digest(scenario),
        fits=name,
    )


def _directions() -> str:
    from sim.studies.directions import DIRECTIONS

    return repr(DIRECTIONS)


STEPS = (
    *(_fit(name) for name in PRIORS),
    Step(
        "scorecard",
        ("experiments.full_scorecard",),
        ("experiments/full_scorecard", "sim/studies/scorecard", "sim/evidence/patterns.yaml",
         "sim/plots/scorecard.py", "sim/plots/switches.py"),
    ),
    Step(
        "rivals",
        ("experiments.rivals",),
        ("experiments/rivals", "sim/studies/rivals.py", "sim/plots/rivals.py",
         *(f"configs/scenario/{name}.yaml" for name in WORLDS)),
        vectors=tuple(WORLDS),
    ),
    Step(
        "directions",
        ("experiments.directions",),
        ("experiments/directions", "sim/studies/directions"),
        claims=_directions,
    ),
    Step("gallery", ("experiments.gallery", "--docs"), ("experiments/gallery.py", "sim/plots")),
    Step(
        "headlines",
        ("experiments.pages.headlines",),
        ("experiments/pages/headlines.py", "sim/plots/measures.py",
         "configs/scenario/no_devolution.yaml", "configs/scenario/succession_cliff.yaml"),
    ),
    Step(
        "benchmarks",
        ("benchmarks.run",),
        ("benchmarks",),
        vectors=(),
        model=lambda: study_digest(ROOT, [f"sim/{folder}" for folder in A_RUN_DEPENDS_ON]),
    ),
)  # fmt: skip
"""In the order in which they are computed: fits first, as all runs take their vectors."""


def check_checkout() -> None:
    """Check that there are pages to fill.

    Raises:
        ConfigError: there are none, because the package is installed.
    """
    if not DOCS.is_dir():
        raise ConfigError(
            f"{ROOT} holds no docs/ to write pages to; allowed is this command in a checkout of the project"
        )


def stamp_of(name: str) -> dict[str, str]:
    """Return what a step would be made with today; to be asked before its runs, as files may change meanwhile.

    Raises:
        ConfigError: there are no pages here.
    """
    check_checkout()
    (step,) = (step for step in STEPS if step.name == name)
    return step.stamp()


def keep_stamp(name: str, stamp: Mapping[str, str]) -> None:
    """Keep with what a step has just been made."""
    keep_numbers(MADE_WITH, dict(sorted({**stamps(), name: dict(stamp)}.items())))


def keep_minutes(name: str, minutes: float) -> None:
    """Keep how long the last session of a step took."""
    keep_numbers(MADE_WITH, {**stamps(), name: {**stamps()[name], MINUTES: round(minutes, 1)}})


def stamps() -> dict[str, dict[str, Any]]:
    """Return what each step was made with, by name."""
    return dict(kept().get(MADE_WITH, {}))


def told() -> dict[str, str]:
    """Return by step the line that pages show of its stamp."""
    held = stamps()
    return {step.name: f"made with {_told(held.get(step.name, {}))}" for step in STEPS}


def _told(stamp: Mapping[str, Any]) -> str:
    parts = [f"{part} {digest}" for part, digest in stamp.items() if part in DIFFERS]
    return ", ".join(parts) or "a model that was not noted"


def stale() -> dict[str, str]:
    """Return the steps that are out of date, in order, and why."""
    found: dict[str, str] = {}
    held = stamps()
    fitted_anew: list[str] = []
    for step in STEPS:
        reasons = list(_reasons(held.get(step.name, {}), step.stamp()))
        anew = [name for name in step.vectors if name in fitted_anew]
        if anew:
            reasons.append(f"fitted anew before: {', '.join(anew)}")
        if reasons:
            found[step.name] = "; ".join(reasons)
            fitted_anew.append(step.fits)
    return found


def _reasons(then: Mapping[str, Any], now: Mapping[str, str]) -> Iterator[str]:
    untold = [part for part in now if part not in then]
    if untold:
        yield f"no stamp tells with what {' and '.join(untold)} it was made"
    for part, digest in now.items():
        if part in then and then[part] != digest:
            yield f"{DIFFERS[part]} ({part} {then[part]}, now {digest})"
