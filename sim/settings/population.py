"""How people, lists and dispositions spread within a site."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.parameters import param


@dataclass
class Population:
    """How people, lists and dispositions spread within a site."""

    list_spread: float = param(
        0.58, "sd of log", "spread of practices' list sizes within a CCG", low=0, high=1.5, status="measured",
        source="practice lists of 500 patients and more, January to March 2014 (open data)",
    )  # fmt: skip
    gps_intercept: float = param(
        -6.488, "log GPs", "GPs of a practice: log GPs = intercept + slope log patients", low=-10, high=5,
        status="measured",
        source="regression of GPs on list size, September 2015 (open data)",
    )  # fmt: skip
    gps_slope: float = param(
        0.895, "-", "slope of log GPs on log patients: below 1, larger practices have fewer GPs a patient",
        low=0, high=1.5, status="measured",
        source="the same regression (open data)",
    )  # fmt: skip
    gps_spread: float = param(
        0.43, "sd of log", "spread of log GPs around what list size makes likely", low=0, high=1.5, status="measured",
        source="the residual of that regression (open data)",
    )  # fmt: skip
    principals: float = param(
        0.64, "share", "partners among GPs; the others are salaried", low=0, high=1, status="measured",
        source="partners among qualified GPs, 2015/16 (open data)",
    )  # fmt: skip
    principal_hours: float = param(
        46, "hours/week", "contracted week of a partner, CCG sessions included", low=5, high=80,
        source="a full-time partner's week; assumed",
    )  # fmt: skip
    salaried_hours: float = param(
        38, "hours/week", "contracted week of a salaried GP, CCG sessions included", low=5, high=80,
        source="nine sessions and part-time work mixed",
    )  # fmt: skip
    practice_manager_hours: float = param(
        42, "hours/week", "contracted week of a practice manager", low=5, high=80,
        source="full-time with some extra hours",
    )  # fmt: skip
    other_hours: float = param(
        8, "hours/week", "contracted week of a lay member, nurse or consultant", low=1, high=80,
        source="about a day a week; assumed",
    )  # fmt: skip
    utilisation: float = param(
        1.0, "share", "patients' demand beside what a practice's GPs can see, at the start", low=0.3, high=1.5,
        source="practices are full at the start (time_shortage_blocks_engagement, workforce_shortage)",
    )  # fmt: skip
    utilisation_spread: float = param(
        0.05, "sd", "spread of utilisation between practices", low=0, high=0.5,
        source="some practices are fuller than others",
    )  # fmt: skip
    disposition_ccg: float = param(
        0.35, "sd latent", "spread of disposition between CCGs", low=0, high=2,
        source="strong_local_history: sites differ",
    )  # fmt: skip
    disposition_practice: float = param(
        0.15, "sd latent", "spread of disposition between the practices of a CCG", low=0, high=2,
        source="small beside persons",
    )  # fmt: skip
    disposition_person: float = param(
        0.80, "sd latent", "spread of disposition between the people of a practice", low=0, high=3,
        source="most variation is between persons",
    )  # fmt: skip
    salaried_shift: float = param(
        -0.3, "latent", "disposition of salaried GPs beside partners", low=-3, high=3,
        source="salaried_gps_less_attached; its size is assumed",
    )  # fmt: skip
    practice_manager_shift: float = param(
        0.5, "latent", "disposition of practice managers beside GPs", low=-3, high=3,
        source="practice_managers_stable_channel; its size is assumed",
    )  # fmt: skip
    staff_shift: float = param(
        1.0, "latent", "disposition of the CCG's own people beside GPs", low=-3, high=3,
        source="people who chose to work for the CCG",
    )  # fmt: skip
    opposed_share: float = param(
        0.065, "share", "GPs who object to commissioning on principle", low=0, high=1,
        source="principled_opposition; 5 to 8 per cent assumed",
    )  # fmt: skip
    opposed_shift: float = param(
        -1.5, "latent", "disposition of those GPs beside others", low=-5, high=0,
        source="principled_opposition",
    )  # fmt: skip
    ties_each: float = param(
        10, "ties", "GPs of other practices whom a GP knows informally, on average", low=0, high=50,
        source="informal_contact_works; about ten colleagues elsewhere",
    )  # fmt: skip
    ties_local: float = param(
        0.7, "share", "informal ties that are within the GP's own locality", low=0, high=1,
        source="acquaintance is nearer home",
    )  # fmt: skip
