"""The words in which runs are reported: roles, groups of people, tables and their units."""

from __future__ import annotations

from collections.abc import Mapping

from sim.state.drivers import STANDING

LEADERS = ("locality_lead", "governing_body", "chair")
GPS = ("none", "representative", *LEADERS)
MEMBERS = (*GPS, "practice_manager")
MANAGERS = ("manager", "executive")
ROLES = (*MEMBERS, *MANAGERS, "lay_member", "nurse", "consultant", "observer")
"""By which series are kept: the role of GPs and managers, the profession of others."""
SERIES_UNITS = {
    "engagement": "latent",
    "p_engaged": "share",
    "p_highly": "share",
    "informed": "share",
    "influence": "share",
    "strain": "5 h/week",
    "skills": "share",
    "time_met": "share",
    "hours": "hours/week",
    "ccg_hours": "hours/week",
}
CCG_UNITS = {
    "live": "-",
    "level": "level",
    "allowance_pounds": "pounds/year",
    "posts_funded": "posts",
    "posts_filled": "posts",
    "session_share": "share",
    "governance_pounds": "pounds/year",
    "staff_pounds": "pounds/year",
    "gp_sessions_pounds": "pounds/year",
    "support_unit_pounds": "pounds/year",
    "non_pay_pounds": "pounds/year",
    "support": "share",
    "expertise": "share",
    "nhse_contact": "share",
    "pressure": "ratio",
    "vacant_seats": "seats",
    "reputation": "share",
    "pre_decided": "share",
    "matters_waiting": "matters",
    "plans_waiting": "plans",
    "wait_weeks": "weeks",
    "backlog_hours": "hours",
    "given_up_hours": "hours/week",
    "locum_hours": "hours/week",
    "trust": "share",
    "hours_saved": "share",
}
_INDEX_UNITS = {"week": "weeks since the start", "n": "people"}
_HOURS_UNITS = dict.fromkeys(("demand", "paid", "unpaid", "undone", "supply", "idle"), "hours/week")
_CHANGES = ("change_reported", "change_constant_composition", "change_of_everyone")
UNITS: Mapping[str, Mapping[str, str]] = {
    "series": {**_INDEX_UNITS, **SERIES_UNITS},
    "ccgs": {**_INDEX_UNITS, **CCG_UNITS},
    "events": _INDEX_UNITS,
    "survey": {**_INDEX_UNITS, "share": "share", "share_of_everyone": "share"},
    "survey_changes": {"n_from": "people", "n_to": "people", **dict.fromkeys(_CHANGES, "share")},
    "ledger": {**_INDEX_UNITS, **dict.fromkeys(STANDING.names, "latent")},
    "hours": {**_INDEX_UNITS, **_HOURS_UNITS},
    "people": {**_INDEX_UNITS, **SERIES_UNITS},
}
"""Unit of each column that has one, by table."""
TABLES = ("series", "ccgs", "events", "survey", "survey_changes", "ledger", "hours")
GROUPS: Mapping[str, tuple[str, ...]] = {
    "members": MEMBERS,
    "leaders": LEADERS,
    "representatives": ("representative",),
    "no_role": ("none",),
    "practice_managers": ("practice_manager",),
}
"""Groups of people shown, by the roles of ``series``; members are all GPs and practice managers."""
GROUP_NAMES: Mapping[str, str] = {
    "members": "all members",
    "leaders": "GP leaders",
    "representatives": "practice representatives",
    "no_role": "GPs without a role",
    "practice_managers": "practice managers",
}
ROLE_NAMES: Mapping[str, str] = {
    "none": "GPs without a role",
    "representative": "practice representatives",
    "locality_lead": "locality leads",
    "governing_body": "GPs of the governing body",
    "chair": "chairs",
    "practice_manager": "practice managers",
    "manager": "managers",
    "executive": "executives",
    "lay_member": "lay members",
    "nurse": "nurses",
    "consultant": "consultants",
    "observer": "observers",
}
"""Names of the people of each role of ``series``."""
