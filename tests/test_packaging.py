"""What is published works from any folder: a source distribution, the wheel made of it, and the command it installs."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim import simulate
from sim.run.config import CONFIGS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
SHORT = ["timeline.weeks=2", "timeline.warm_up_weeks=0"]
ONE_RUN = [*SHORT, "ensemble.replicates=1", "ensemble.null_world=false"]


@dataclass
class Installed:
    """A copy of the project that is installed apart from the checkout, and an empty folder to work in."""

    packages: Path
    folder: Path

    def run(self, *command: str) -> str:
        """Return what a command prints."""
        done = self.attempt(*command)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def attempt(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command; rules are not compiled, as that takes longer than the run."""
        env = {**os.environ, "PYTHONPATH": str(self.packages), "NUMBA_DISABLE_JIT": "1"}
        return subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=False)

    def python(self, *lines: str) -> str:
        return self.run(sys.executable, "-c", "\n".join(lines))


def build(kind: str, source: Path, folder: Path) -> Path:
    """Build the sdist or the wheel of a source folder without looking anything up."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(folder)]
    subprocess.run(command, cwd=source, capture_output=True, check=True)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("published")
    with tarfile.open(build("sdist", ROOT, folder / "sdist")) as archive:
        archive.extractall(folder / "source", filter="data")
    (source,) = (folder / "source").iterdir()
    wheel = build("wheel", source, folder / "wheel")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target"]
    subprocess.run([*pip, str(folder / "packages"), str(wheel)], capture_output=True, check=True)
    (folder / "elsewhere").mkdir()
    return Installed(folder / "packages", folder / "elsewhere")


def files(folder: Path) -> set[str]:
    found = (p.relative_to(folder) for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {p.as_posix() for p in found}


def test_every_file_of_the_packages_and_the_configurations_is_installed(installed: Installed) -> None:
    assert files(installed.packages / "experiments") == files(ROOT / "experiments")
    configs = {f"configs/{name}" for name in files(CONFIGS)}
    assert "configs/scenario/baseline.yaml" in configs
    assert files(installed.packages / "sim") == files(ROOT / "sim") | configs


def test_what_is_installed_composes_and_simulates_as_the_checkout_does(installed: Installed) -> None:
    told = installed.python(
        "import sim, sim.run.config",
        f"series = sim.simulate(*{SHORT}, 'scenario=delegation_level_3', seed=7).series",
        "print(sim.__file__, sim.run.config.CONFIGS, repr(float(series.engagement.sum())), sep='\\n')",
    ).splitlines()
    assert told[:2] == [str(installed.packages / "sim" / "__init__.py"), str(installed.packages / "sim" / "configs")]
    here = simulate(*SHORT, "scenario=delegation_level_3", seed=7)
    assert told[2] == repr(float(here.series["engagement"].sum()))


def test_what_writes_pages_says_that_it_needs_a_checkout(installed: Installed) -> None:
    for module in ("experiments.pages", "experiments.directions"):
        done = installed.attempt(sys.executable, "-m", module)
        assert done.returncode == 2, module
        assert done.stderr.count("\n") == 1, module
        assert "holds no docs/ to write pages to; allowed is this command in a checkout" in done.stderr
    assert not (installed.packages / "docs").exists()


def test_the_command_does_what_the_module_does(installed: Installed) -> None:
    told = installed.run(str(installed.packages / "bin" / "ccgsim"), *ONE_RUN)
    (folder,) = (installed.folder / "results").iterdir()
    assert f"results/{folder.name}\n" in told
    assert installed.run(sys.executable, "-m", "experiments.run", *ONE_RUN) == told
