"""How people, lists and dispositions spread within a site."""

from __future__ import annotations

from dataclasses import dataclass

from sim.parameters import param


@dataclass
class Population:
    """How people, lists and dispositions spread within a site."""

    list_spread: float = param(
        0.58, "sd of log", "practice lists of 500 patients and more, January to March 2014 (open data)",
        low=0, high=1.5, status="measured",
    )  # fmt: skip
    gps_intercept: float = param(
        -6.488,
        "log GPs",
        "regression of GPs on list size, September 2015 (open data)",
        low=-10,
        high=0,
        status="measured",
    )
    gps_slope: float = param(0.895, "-", "the same regression (open data)", low=0, high=1.5, status="measured")
    gps_spread: float = param(
        0.43, "sd of log", "the residual of that regression (open data)", low=0, high=1.5, status="measured"
    )
    principals: float = param(
        0.64, "share", "partners among qualified GPs, 2015/16 (open data)", low=0, high=1, status="measured"
    )
    principal_hours: float = param(46, "hours/week", "full-time partners' week, CCG sessions included", low=5, high=80)
    salaried_hours: float = param(38, "hours/week", "nine sessions and part-time work mixed", low=5, high=80)
    practice_manager_hours: float = param(42, "hours/week", "full-time with some extra hours", low=5, high=80)
    other_hours: float = param(8, "hours/week", "lay members, nurse, consultant: about a day", low=1, high=80)
    utilisation: float = param(
        1.0,
        "share",
        "practices are full at the start (time_shortage_blocks_engagement, workforce_shortage)",
        low=0.3,
        high=1.5,
    )
    utilisation_spread: float = param(0.05, "sd", "some practices are fuller than others", low=0, high=0.5)
    disposition_ccg: float = param(0.35, "sd latent", "strong_local_history: sites differ", low=0, high=2)
    disposition_practice: float = param(0.15, "sd latent", "small beside persons", low=0, high=2)
    disposition_person: float = param(0.80, "sd latent", "most variation is between persons", low=0, high=3)
    salaried_shift: float = param(-0.3, "latent", "salaried_gps_less_attached; its size is assumed", low=-3, high=3)
    practice_manager_shift: float = param(
        0.5, "latent", "practice_managers_stable_channel; its size is assumed", low=-3, high=3
    )
    staff_shift: float = param(1.0, "latent", "people who chose to work for the CCG", low=-3, high=3)
    opposed_share: float = param(0.065, "share", "principled_opposition; 5 to 8 per cent assumed", low=0, high=1)
    opposed_shift: float = param(-1.5, "latent", "principled_opposition", low=-5, high=0)
    ties_each: float = param(10, "ties", "informal_contact_works; about ten colleagues elsewhere", low=0, high=50)
    ties_local: float = param(0.7, "share", "acquaintance is nearer home", low=0, high=1)
