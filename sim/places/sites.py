"""What a configured place says of each CCG, and its validation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from sim.parameters import param, parameters


@dataclass
class Site:
    """One CCG as the evidence describes it. Sites differ in sourced facts only; see ``configs/place/`` for each."""

    name: str = param(
        "", "-", "short name, the beginning of all identities", status="measured",
        source="letters of the study",
    )  # fmt: skip
    population: int = param(
        0, "people", "registered people", low=1000, high=5_000_000, status="measured",
        source="h15_site_a to h15_site_f: the middle of the reported band",
    )  # fmt: skip
    practices: int = param(
        0, "practices", "member practices", low=1, high=999, status="measured",
        source="h15_site_a to h15_site_f: the middle of the reported band",
    )  # fmt: skip
    budget_million: int = param(
        0, "million pounds/year", "commissioning budget; described, not used by a process", low=0, high=10_000,
        status="measured",
        source="h15_site_a to h15_site_f",
    )  # fmt: skip
    deprivation: str = param(
        "", "-", "described, not used by a process", status="measured",
        source="h15_site_a to h15_site_f",
    )  # fmt: skip
    setting: str = param(
        "", "-", "urban or rural; described, not used", status="measured",
        source="h15_site_a to h15_site_f",
    )  # fmt: skip
    localities: int = param(
        0, "localities", "0 none; -1 one to every governance.gps_a_locality GPs", low=-1, high=50,
        source="n13_sites_with_localities counts four; beside B and D which is assumed, and so is how many",
    )  # fmt: skip
    devolved: bool = param(
        False, "-", "whether localities hold money and decide", status="measured",
        source="h15_site_b_history",
    )  # fmt: skip
    devolved_limit: int = param(
        0, "pounds/year", "largest matter that a devolved locality decides itself", low=0, high=100_000_000,
        source="c14_locality_delegated_value, which is of another study",
    )  # fmt: skip
    support_unit_pence: dict[int, int] = field(default_factory=dict)
    partners: int = param(
        0, "CCGs", "CCGs with which posts are shared; outside the study, so they are stubs", low=0, high=20,
        source="h15_site_c_history, h15_site_e_history, h15_site_f_history; two at A are assumed",
    )  # fmt: skip
    shared_team: bool = param(
        False, "-", "whether the whole management team is shared with the partners, not single posts",
        status="measured",
        source="h15_site_e_history",
    )  # fmt: skip
    merged: bool = param(
        False, "-", "whether the CCG was pressed together from two", status="measured",
        source="n13_site_from_merger",
    )  # fmt: skip

    @property
    def original(self) -> str:
        """Name of the site of which this is a clone; else its own."""
        return re.sub(r"-\d{3}$", "", self.name)


@dataclass
class Place:
    """A set of CCGs.

    Attributes:
        name: name of the place, as in ``configs/place/``.
        sites: the CCGs. Of each, ``support_unit_pence`` is its spending on the support unit by financial year, pence a
            head a year.
        clone_to: if above 0, the sites are repeated in turn until there are so many CCGs.
        devolution: ``as_reported``, or ``none`` to take devolved powers from every locality.
    """

    name: str = ""
    sites: list[Site] = field(default_factory=list)
    clone_to: int = 0
    devolution: str = "as_reported"

    def check(self) -> None:
        """Check the sites.

        Raises:
            ValueError: naming file, key, value and what is allowed.
        """
        where = f"configs/place/{self.name or '?'}.yaml"
        if not self.sites:
            raise ValueError(f"{where}: place.sites is empty; at least one site is needed")
        if self.devolution not in ("as_reported", "none"):
            raise ValueError(f"place.devolution={self.devolution} is not allowed; allowed is as_reported | none")
        if not 0 <= self.clone_to <= 1000:
            raise ValueError(f"place.clone_to={self.clone_to} is out of range; allowed is 0..1000")
        names = [s.name for s in self.sites]
        for s in self.sites:
            if not s.name or "/" in s.name or names.count(s.name) > 1:
                raise ValueError(f"{where}: site name {s.name!r} must be unique, not empty and without a slash")
            for p in parameters(s, "place.sites"):
                key = p.key.rpartition(".")[2]
                value = getattr(s, key)
                if p.low is not None and p.high is not None and not p.low <= value <= p.high:
                    raise ValueError(f"{where}: site {s.name} has {key}={value}; allowed is {p.low} to {p.high}")
            for year, pence in s.support_unit_pence.items():
                if not 0 <= pence <= 2500:
                    raise ValueError(
                        f"{where}: site {s.name} has support_unit_pence {year}: {pence}; allowed is 0 to 2500"
                    )

    def expanded(self) -> list[Site]:
        """Return the CCGs to build, sorted by name, clones included (named ``A-001`` and so on)."""
        sites = self.sites
        if self.clone_to:
            sites = [
                replace(sites[i % len(sites)], name=f"{sites[i % len(sites)].name}-{i // len(sites):03d}")
                for i in range(self.clone_to)
            ]
        return sorted(sites, key=lambda s: s.name)
