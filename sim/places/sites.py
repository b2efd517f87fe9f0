"""What a configured place says of each CCG, and its validation."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass
class Site:
    """One CCG as the evidence describes it. Sites differ in sourced facts only.

    Attributes:
        name: short name, the beginning of all identities in the site.
        population: registered people.
        practices: member practices.
        budget_million: commissioning budget, millions of pounds a year (described, not used by a process).
        deprivation: as reported (described, not used by a process).
        setting: urban or rural, as reported (described, not used by a process).
        localities: 0 none; otherwise how many, or -1 for one to every ``governance.gps_a_locality`` GPs.
        devolved: whether localities hold money and decide.
        devolved_limit: largest matter that a locality decides itself, pounds a year.
        support_unit_pence: spending on the support unit by financial year, pence a head a year.
        partners: CCGs with which posts are shared; outside the study, so they are stubs.
        shared_team: whether the whole management team is shared with the partners, not single posts.
        merged: whether the CCG was pressed together from two.
    """

    name: str = ""
    population: int = 0
    practices: int = 0
    budget_million: int = 0
    deprivation: str = ""
    setting: str = ""
    localities: int = 0
    devolved: bool = False
    devolved_limit: int = 0
    support_unit_pence: dict[int, int] = field(default_factory=dict)
    partners: int = 0
    shared_team: bool = False
    merged: bool = False


@dataclass
class Place:
    """A set of CCGs.

    Attributes:
        name: name of the place, as in ``configs/place/``.
        sites: the CCGs.
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
            for key, low, high in (("practices", 1, 999), ("population", 1000, 5_000_000), ("localities", -1, 50),
                                   ("partners", 0, 20), ("devolved_limit", 0, 100_000_000)):  # fmt: skip
                value = getattr(s, key)
                if not low <= value <= high:
                    raise ValueError(f"{where}: site {s.name} has {key}={value}; allowed is {low} to {high}")
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
