"""How people, lists and dispositions spread within a site."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.parameters import param


@dataclass
class Population:
    """How people, lists and dispositions spread within a site."""

    list_spread: float = param(
        0.58,
        "sd of log",
        "spread of practices' list sizes within a CCG",
        within=(0, 1.5),
        status="measured",
        source="practice lists of 500 patients and more, January to March 2014 (open data)",
    )
    gps_intercept: float = param(
        -6.488,
        "log GPs",
        "GPs of a practice: log GPs = intercept + slope log patients",
        within=(-10, 5),
        status="measured",
        source="regression of GPs on list size, September 2015 (open data)",
    )
    gps_slope: float = param(
        0.895,
        "-",
        "slope of log GPs on log patients: below 1, larger practices have fewer GPs a patient",
        within=(0, 1.5),
        status="measured",
        source="the same regression (open data)",
    )
    patients_a_gp: float = param(
        1583,
        "patients",
        "patients of one GP, by which GPs are counted where localities are",
        within=(500, 5000),
        source="size assumed",
    )
    gps_spread: float = param(
        0.43,
        "sd of log",
        "spread of log GPs around what list size makes likely",
        within=(0, 1.5),
        status="measured",
        source="the residual of that regression (open data)",
    )
    principals: float = param(
        0.64,
        "share",
        "partners among GPs; the others are salaried",
        status="measured",
        source="partners among qualified GPs, 2015/16 (open data)",
    )
    principal_hours: float = param(
        46,
        "hours/week",
        "contracted week of a partner, CCG sessions included",
        within=(5, 80),
        source="a full-time partner's week; assumed",
    )
    salaried_hours: float = param(
        38,
        "hours/week",
        "contracted week of a salaried GP, CCG sessions included",
        within=(5, 80),
        source="nine sessions and part-time work mixed",
    )
    practice_manager_hours: float = param(
        42,
        "hours/week",
        "contracted week of a practice manager",
        within=(5, 80),
        source="full-time with some extra hours",
    )
    other_hours: float = param(
        8,
        "hours/week",
        "contracted week of a lay member, nurse or consultant",
        within=(1, 80),
        source="about a day a week; assumed",
    )
    utilisation: float = param(
        1.0,
        "share",
        "patients' demand beside what a practice's GPs can see, at the start",
        within=(0.3, 1.5),
        source="practices are full at the start (time_shortage_blocks_engagement, workforce_shortage)",
    )
    utilisation_spread: float = param(
        0.05,
        "sd",
        "spread of utilisation between practices",
        within=(0, 0.5),
        source="some practices are fuller than others",
    )
    disposition_ccg: float = param(
        0.35,
        "sd latent",
        "spread of disposition between CCGs",
        within=(0, 2),
        source="strong_local_history: sites differ",
    )
    disposition_practice: float = param(
        0.15,
        "sd latent",
        "spread of disposition between the practices of a CCG",
        within=(0, 2),
        source="small beside persons",
    )
    disposition_person: float = param(
        0.80,
        "sd latent",
        "spread of disposition between the people of a practice",
        within=(0, 3),
        source="most variation is between persons",
    )
    salaried_shift: float = param(
        -0.3,
        "latent",
        "disposition of salaried GPs beside partners",
        within=(-3, 3),
        source="salaried_gps_less_attached; its size is assumed",
    )
    practice_manager_shift: float = param(
        0.5,
        "latent",
        "disposition of practice managers beside GPs",
        within=(-3, 3),
        source="practice_managers_stable_channel; its size is assumed",
    )
    staff_shift: float = param(
        1.0,
        "latent",
        "disposition of the CCG's own people beside GPs",
        within=(-3, 3),
        source="people who chose to work for the CCG",
    )
    opposed_share: float = param(
        0.065,
        "share",
        "GPs who object to commissioning on principle",
        source="principled_opposition; 5 to 8 per cent assumed",
    )
    opposed_shift: float = param(
        -1.5, "latent", "disposition of those GPs beside others", within=(-5, 0), source="principled_opposition"
    )
    ties_each: float = param(
        10,
        "ties",
        "GPs of other practices whom a GP knows informally, on average",
        within=(0, 50),
        source="informal_contact_works; about ten colleagues elsewhere",
    )
    ties_local: float = param(
        0.7, "share", "informal ties that are within the GP's own locality", source="acquaintance is nearer home"
    )
