"""Governance: who sits where, for how many paid minutes, how often bodies meet, and how far powers are delegated."""

from dataclasses import dataclass

from sim.core.parameters import param


@dataclass
class Governance:
    """The arrangement that a CCG's constitution fixes. One for all CCGs of a run."""

    delegation_level: int = param(
        1,
        "level",
        "co-commissioning level from April 2015 (1 influence, 2 joint, 3 delegated)",
        within=(1, 3),
        source="the sites' real levels are unknown, so the baseline is 1 throughout; m18_levels_offered",
    )
    governing_body_gps: int = param(
        6,
        "GPs",
        "GPs on a governing body, the chair among them",
        within=(1, 20),
        status="measured",
        source="about 6.3 of 14.7 members in early 2014 (open data); one more above 300,000 people",
    )
    lay_members: int = param(
        3,
        "people",
        "lay members of a governing body",
        within=(0, 6),
        source="m18_lay_rules (from 2016; two to three before)",
    )
    gps_a_locality: float = param(
        65,
        "GPs",
        "GPs to one locality",
        within=(10, 300),
        source="c14_active_gps_per_locality: 60 to 70 GPs a locality, used where localities are not counted",
    )
    chair_hours: float = param(
        24, "hours/week", "paid time of the chair", within=(0, 40), status="measured", source="c14_hours_clinical_chair"
    )
    governing_body_hours: float = param(
        10,
        "hours/week",
        "paid time of a GP on the governing body",
        within=(0, 40),
        source="between locality leads (c14_hours_locality_lead) and a day (c14_locality_exec_day)",
    )
    locality_lead_hours: float = param(
        11, "hours/week", "paid time of a lead", within=(0, 40), status="measured", source="c14_hours_locality_lead"
    )
    representative_hours: float = param(
        1,
        "hours/week",
        "paid time of a practice representative",
        within=(0, 20),
        source="half a day to a day a month (c14_hours_council_chair)",
    )
    governing_body_minutes: float = param(
        210,
        "minutes",
        "length of a meeting of the governing body",
        within=(30, 600),
        source="long agendas, h15_paper_length",
    )
    executive_minutes: float = param(
        120,
        "minutes",
        "length of a weekly meeting of the executive group",
        within=(15, 600),
        source="m18_mean_meeting_length and over",
    )
    locality_minutes: float = param(
        90,
        "minutes",
        "length of a locality's monthly meeting",
        within=(15, 600),
        status="measured",
        source="m18_mean_meeting_length",
    )
    council_minutes: float = param(
        120,
        "minutes",
        "length of a meeting of the member council",
        within=(15, 600),
        source="c14_training_unit: evening events of half a day at most",
    )
    council_months: int = param(
        2,
        "months",
        "months from one member council to the next",
        within=(1, 6),
        source="h15_council_size; councils meet less often than boards",
    )
