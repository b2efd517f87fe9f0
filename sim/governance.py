"""Governance: who sits where, for how many paid minutes, how often bodies meet, and how far powers are delegated."""

from dataclasses import dataclass

from sim.parameters import param


@dataclass
class Governance:
    """The arrangement that a CCG's constitution fixes. One for all CCGs of a run."""

    delegation_level: int = param(
        1,
        "level",
        "the sites' real levels are unknown, so the baseline is 1 throughout; m18_levels_offered",
        low=1,
        high=3,
        about="co-commissioning level from April 2015 (1 influence, 2 joint, 3 delegated)",
    )
    governing_body_gps: int = param(
        6,
        "GPs",
        "about 6.3 of 14.7 members in early 2014 (open data); one more above 300,000 people",
        low=1,
        high=20,
        status="measured",
        about="GPs on a governing body, the chair among them",
    )
    lay_members: int = param(3, "people", "m18_lay_rules (from 2016; two to three before)", low=0, high=6)
    gps_a_locality: float = param(
        65, "GPs", "c14_active_gps_per_locality: 60 to 70 GPs a locality, used where localities are not counted",
        low=10, high=300,
    )  # fmt: skip
    chair_hours: float = param(
        24,
        "hours/week",
        "c14_hours_clinical_chair",
        low=0,
        high=40,
        status="measured",
        about="paid time of the chair",
    )
    governing_body_hours: float = param(
        10,
        "hours/week",
        "between locality leads (c14_hours_locality_lead) and a day (c14_locality_exec_day)",
        low=0,
        high=40,
        about="paid time of a GP on the governing body",
    )
    locality_lead_hours: float = param(
        11,
        "hours/week",
        "c14_hours_locality_lead",
        low=0,
        high=40,
        status="measured",
        about="paid time of a lead",
    )
    representative_hours: float = param(
        1, "hours/week", "half a day to a day a month (c14_hours_council_chair)", low=0, high=20,
        about="paid time of a practice representative",
    )  # fmt: skip
    governing_body_minutes: float = param(210, "minutes", "long agendas, h15_paper_length", low=30, high=600)
    executive_minutes: float = param(120, "minutes", "m18_mean_meeting_length and over", low=15, high=600)
    locality_minutes: float = param(
        90,
        "minutes",
        "m18_mean_meeting_length",
        low=15,
        high=600,
        status="measured",
        about="length of a meeting",
    )
    council_minutes: float = param(
        120, "minutes", "c14_training_unit: evening events of half a day at most", low=15, high=600
    )
    council_months: int = param(2, "months", "h15_council_size; councils meet less often than boards", low=1, high=6)
