"""Reads configuration files for Hydra: of bounded size, and with keys and values that are allowed where they stand."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import ClassVar

import yaml
from hydra._internal.core_plugins.file_config_source import FileConfigSource
from hydra.plugins.config_source import ConfigResult
from omegaconf import OmegaConf

from sim.core.parameters import quoted
from sim.run.config_errors import ConfigError, check_written

LARGEST_FILE = 1_000_000
"""Bytes."""
MOST_VALUES, DEEPEST = 20_000, 20
"""Values and levels of a file, counted where aliases put them: some hundreds and five are in use."""


class CheckedFiles(FileConfigSource):
    """Hydra's reader of files, for files that can be merged. Errors name the file.

    Args:
        provider: who names the folder, for Hydra.
        path: of the folder.
    """

    schema: ClassVar[type]
    """The configuration that files are parts of."""

    def is_config(self, config_path: str) -> bool:
        """Return whether a file is there.

        Raises:
            ConfigError: it is, but its name ends otherwise.
        """
        if super().is_config(config_path):
            return True
        folder, name = Path(self.path, config_path).parent, Path(config_path).name
        for other in sorted({p.name for p in folder.glob(f"{glob.escape(name)}.*")} - {f"{name}.yaml"}):
            raise ConfigError(f"{self._shown(config_path, other)} is not read; allowed is the name {name}.yaml")
        return False

    def load_config(self, config_path: str) -> ConfigResult:
        """Return the content of a file.

        Raises:
            ConfigError: it cannot be read, is too large, or has a key or value that is not allowed.
        """
        name = self._normalize_file_name(config_path)
        shown = self._shown(config_path, Path(name).name)
        try:
            check_size(Path(self.path, name))
            read = super().load_config(config_path)
            if not config_path.startswith("hydra/"):
                self._check(read, Path(config_path).parent)
        except yaml.MarkedYAMLError as error:
            line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
            raise ConfigError(f"{shown}{line}: not readable as YAML: {error.problem}") from None
        except UnicodeDecodeError as error:
            raise ConfigError(f"{shown} is no text in UTF-8 ({error.reason} at byte {error.start})") from None
        except (ValueError, OSError, yaml.YAMLError) as error:
            raise ConfigError(f"{shown}: {error}") from None
        return read

    def _check(self, read: ConfigResult, folder: Path) -> None:
        content = OmegaConf.to_container(read.config)
        package = (read.header.get("package") or "_group_").replace("_group_", ".".join(folder.parts))
        parts = () if package == "_global_" else tuple(filter(None, package.split(".")))
        assert isinstance(content, dict)
        content.pop("defaults", None)
        if not parts:
            content.pop("hydra", None)
        try:
            check_written(content, parts, self.schema)
        except ValueError as error:
            unknown, _, told = str(error).partition(";")
            if package == "scenario" and unknown.startswith("unknown key"):
                told = " does the file begin with the line '# @package _global_'?"
            raise ValueError(f"{unknown};{told}" if told else unknown) from None

    def _shown(self, config_path: str, name: str) -> str:
        """Return the path of a file from the folder of configurations on."""
        return Path(Path(self.path).name, config_path).with_name(name).as_posix()


def check_size(path: Path) -> None:
    """Check that a file holds a block of keys of moderate size and depth, without building what its aliases say.

    Raises:
        ValueError: it does not.
        yaml.YAMLError: it is no YAML.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError(f"{path.stat().st_size:,} bytes are too many; allowed are up to {LARGEST_FILE:,}")
    text = path.read_text(encoding="utf-8")
    if text.startswith("\ufeff"):
        raise ValueError("begins with a byte order mark, which hides its first line; allowed is UTF-8 without one")
    named: dict[str | None, tuple[int, int]] = {}
    inside: list[tuple[str | None, int, int]] = [(None, 0, 0)]  # anchor, values and levels of each block still open
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        anchor, values, levels = getattr(event, "anchor", None), 1, 0
        if len(inside) == 1 and isinstance(event, yaml.SequenceStartEvent | yaml.ScalarEvent):
            raise ValueError("holds no block of keys; allowed are lines of key: value")
        if isinstance(event, yaml.CollectionStartEvent):
            inside.append((anchor, values, levels))
        elif isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            if isinstance(event, yaml.CollectionEndEvent):
                anchor, values, levels = inside.pop()
            elif isinstance(event, yaml.AliasEvent):
                if anchor in (block[0] for block in inside):
                    raise ValueError(
                        f"*{quoted(anchor)} stands inside what it names; allowed is a block without itself"
                    )
                values, levels = named.get(anchor, (values, levels))
            named[anchor] = values, levels
            block, so_far, deepest = inside[-1]
            inside[-1] = block, so_far + values, max(deepest, levels + 1)
        if len(inside) - 1 + inside[-1][2] > DEEPEST:
            raise ValueError(f"is nested too deep; allowed are up to {DEEPEST} levels")
        if inside[-1][1] > MOST_VALUES:
            raise ValueError(f"has too many values, aliases included; allowed are up to {MOST_VALUES:,}")
