"""What a configured place says of each CCG, and its validation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from sim.core.parameters import NO_KEY, check_name, check_values, param
from sim.settings.calendar import check_years


@dataclass
class Site:
    """One CCG as the evidence describes it. Sites differ in sourced facts only; see ``configs/place/`` for each."""

    name: str = field(default="", metadata=NO_KEY)
    """Its key in the place, and the beginning of all identities."""
    population: int = param(
        0,
        "people",
        "registered people",
        within=(1000, 5_000_000),
        status="measured",
        source="h15_site_a to h15_site_f: the middle of the reported band",
    )
    practices: int = param(
        0,
        "practices",
        "member practices",
        within=(1, 999),
        status="measured",
        source="h15_site_a to h15_site_f: the middle of the reported band",
    )
    budget_million: int = param(
        0,
        "million pounds/year",
        "commissioning budget; described, not used by a process",
        within=(0, 10_000),
        status="measured",
        source="h15_site_a to h15_site_f",
    )
    deprivation: str = param(
        "", "-", "described, not used by a process", status="measured", source="h15_site_a to h15_site_f"
    )
    setting: str = param(
        "", "-", "urban or rural; described, not used", status="measured", source="h15_site_a to h15_site_f"
    )
    localities: int = param(
        0,
        "localities",
        "0 none; -1 one to every governance.gps_a_locality GPs",
        within=(-1, 50),
        source="n13_sites_with_localities counts four; beside B and D which is assumed, and so is how many",
    )
    devolved: bool = param(
        False, "-", "whether localities hold money and decide", status="measured", source="h15_site_b_history"
    )
    devolved_limit: int = param(
        0,
        "pounds/year",
        "largest matter that a devolved locality decides itself",
        within=(0, 100_000_000),
        source="c14_locality_delegated_value, which is of another study",
    )
    support_unit_pence: dict[int, int] = param(
        {},
        "pence a head a year",
        "spending on the support unit, by financial year",
        within=(0, 2500),
        status="measured",
        source="h15_csu_spend_2013_14, h15_csu_spend_2014_15; which printed cell belongs to which site is likely, not "
        "certain",
    )
    partners: int = param(
        0,
        "CCGs",
        "CCGs with which posts are shared; outside the study, so they are stubs",
        within=(0, 20),
        source="h15_site_c_history, h15_site_e_history, h15_site_f_history; two at A are assumed",
    )
    shared_team: bool = param(
        False,
        "-",
        "whether the whole management team is shared with the partners, not single posts",
        status="measured",
        source="h15_site_e_history",
    )
    merged: bool = param(
        False, "-", "whether the CCG was pressed together from two", status="measured", source="n13_site_from_merger"
    )

    @property
    def original(self) -> str:
        """Name of the site of which this is a clone; else its own."""
        return re.sub(r"-\d{3}$", "", self.name)


@dataclass
class Place:
    """A set of CCGs, by name."""

    name: str = param("", "-", "what the place is called", status="choice", source="the file in configs/place")
    sites: dict[str, Site] = param(
        {},
        "-",
        "the CCGs by name: place.sites={G: {...}} adds one or changes G, ~place.sites.C takes C away",
        status="choice",
        source="the file in configs/place",
    )
    clone_to: int = param(
        0,
        "CCGs",
        "repeat the sites in turn until there are so many CCGs; 0: the sites as they are",
        within=(0, 1000),
        status="choice",
        source="for scale only",
    )
    devolution: str = param(
        "as_reported",
        "-",
        "whether localities hold money and decide as reported, or none does",
        choices=("as_reported", "none"),
        status="choice",
        source="lever (localities_restore_ownership)",
    )

    @classmethod
    def of(cls, name: str, *sites: Site) -> Place:
        """Return a place of sites that have their names."""
        return cls(name, {site.name: site for site in sites})

    def check(self) -> None:
        """Check the sites.

        Raises:
            ValueError: naming key, value and what is allowed.
        """
        check_values(self, "place")
        if not self.sites:
            raise ValueError("place.sites is empty: no site is there; allowed is one or more, by name")
        for name, site in self.sites.items():
            key = f"place.sites.{name}"
            check_name(name, "place.sites: entry")
            if site.name not in ("", name):
                raise ValueError(f"{key} is named {site.name!r}; a site is named by its key in place.sites")
            site.name = name
            check_values(site, key)
            check_years(site.support_unit_pence, f"{key}.support_unit_pence")

    def expanded(self) -> list[Site]:
        """Return the CCGs to build, sorted by name, clones included (named ``A-001`` and so on)."""
        named = sorted(self.sites.items())
        if self.clone_to:
            turns = [divmod(i, len(named)) for i in range(self.clone_to)]
            named = sorted((f"{named[i][0]}-{turn:03d}", named[i][1]) for turn, i in turns)
        none_devolves = self.devolution == "none"
        return [replace(site, name=name, devolved=site.devolved and not none_devolves) for name, site in named]
