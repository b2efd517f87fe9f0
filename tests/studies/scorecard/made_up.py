"""Made-up runs in which every pattern of the evidence is as reported, and ways to break each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.run.results import Results
from sim.studies.scorecard.measures import WAVES

SITES = list("ABCDEF")
WEEKS = pd.DatetimeIndex([
    *pd.date_range("2012-04-02", "2014-05-26", freq="28D", unit="s"),
    *pd.date_range("2014-06-30", "2017-04-30", freq="91D", unit="s"),
])  # fmt: skip
ROLES = {
    "none": 756, "representative": 210, "locality_lead": 6, "governing_body": 12, "chair": 6, "practice_manager": 220,
}  # fmt: skip
SIX_CHAIRS = 6
WORKS = ("all", "booked", "governing_body", "member_council", "contact")

AS_REPORTED: dict[str, Any] = {
    "engaged": {2013: 0.73, 2014: 0.71},
    "highly": {2013: 0.19, 2014: 0.12},
    "highly_with_role": {2013: 0.40, 2014: 0.15},
    "highly_without_role": {2013: 0.10, 2014: 0.10},
    "highly_on_board": {2013: 0.80, 2014: 0.20},
    "highly_representatives": {2013: 0.50, 2014: 0.10},
    "leaders_heard": {2013: 0.80, 2014: 0.80},
    "members_heard": {2013: 0.25, 2014: 0.35},
    "leaders_engaged": {2013: 0.97, 2014: 0.97},
    "members_engaged": {2013: 0.70, 2014: 0.68},
    "leaders_own": {2013: 0.85, 2014: 0.85},
    "members_own": {2013: 0.45, 2014: 0.45},
    "managers_engaged": {2013: 0.95, 2014: 0.95},
    "principals_engaged": {2013: 0.65, 2014: 0.70},
    "salaried_engaged": {2013: 0.50, 2014: 0.35},
    "informed": {2013: 0.54, 2014: 0.54},
    "reflect": {2013: 0.46, 2014: 0.46},
    "influence": {2013: 0.30, 2014: 0.40},
    "influence_at_start": 0.13,
    "own_by_site": {"A": 0.40, "B": 0.46, "C": 0.60, "D": 0.42, "E": 0.62, "F": 0.50},
    "time": {2013: 0.5, 2014: 0.35},
    "training": {2013: 0.2, 2014: 0.35},
    "support": {2013: 0.5, 2014: 0.46},
    "informal": 0.9,
    "asked": 279,
    "engaged_by_year": {2014: 0.60, 2016: 0.55},
    "leads": 1,
    "lead_hours": 15.0,
    "lead_paid": 11.0,
    "chair_paid": 24.0,
    "chair_hours": 65.0,
    "board_meetings": 8.0,
    "board_unpaid": 6.0,
    "board_contact": 12.0,
    "practice_hours": 27.0,
    "strained": "ABCD",
    "undone": {2014: 0.1, 2015: 0.2},
    "support_unit": {2013: 0.437, 2014: 0.33},
    "reach": 0.1,
    "council": 35.0,
    "adopted_before": 5,
    "contested": 0.0,
    "pre_decided": {"A": 0.1, "B": 0.5, "C": 0.5, "D": 0.5, "E": 0.5, "F": 0.5},
    "skipped": "ABC",
}
"""A world as reported: shares by wave, hours, and what happens where."""

BREAKS: Mapping[str, dict[str, Any]] = {
    "engaged_2013": {"engaged": {2013: 0.50, 2014: 0.71}},
    "engaged_2014": {"engaged": {2013: 0.73, 2014: 0.95}},
    "highly_2013": {"highly": {2013: 0.40, 2014: 0.12}},
    "highly_2014": {"highly": {2013: 0.19, 2014: 0.30}},
    "highly_falls_with_role": {"highly_with_role": {2013: 0.2, 2014: 0.4}},
    "highly_falls_more_with_role": {"highly_without_role": {2013: 0.5, 2014: 0.1}},
    "engaged_unchanged": {"engaged": {2013: 0.73, 2014: 0.45}},
    "highly_falls": {"highly": {2013: 0.12, 2014: 0.25}},
    "highly_falls_on_board": {"highly_on_board": {2013: 0.1, 2014: 0.8}},
    "highly_falls_representatives": {"highly_representatives": {2013: 0.1, 2014: 0.6}},
    "highly_steady_without_role": {"highly_without_role": {2013: 0.5, 2014: 0.1}},
    "leaders_more_influence": {"leaders_heard": {2013: 0.8, 2014: 0.1}},
    "engagement_dulls": {"engaged_by_year": {2014: 0.60, 2016: 0.65}},
    "response_rate": {"asked": 400},
    "leaders_more_engaged": {"leaders_engaged": {2013: 0.97, 2014: 0.4}},
    "leaders_own_more": {"leaders_own": {2013: 0.2, 2014: 0.85}},
    "practice_managers_more_engaged": {"managers_engaged": {2013: 0.3, 2014: 0.3}},
    "practice_managers_stable": {"managers_engaged": {2013: 0.95, 2014: 0.4}},
    "salaried_less_engaged": {"salaried_engaged": {2013: 0.5, 2014: 0.95}},
    "informed_2014": {"informed": {2013: 0.54, 2014: 0.70}},
    "informed_unchanged": {"informed": {2013: 0.30, 2014: 0.54}},
    "reflect_views_2014": {"reflect": {2013: 0.46, 2014: 0.30}},
    "reflect_views_unchanged": {"reflect": {2013: 0.20, 2014: 0.46}},
    "can_influence_2014": {"influence": {2013: 0.30, 2014: 0.20}},
    "influence_above_pct": {"influence_at_start": 0.35},
    "ownership_smallest": {"own_by_site": dict.fromkeys(SITES, 0.5)},
    "ownership_largest": {"own_by_site": dict.fromkeys(SITES, 0.5) | {"B": 0.4}},
    "informal_channel": {"informal": 0.2},
    "time_for_role": {"time": {2013: 0.5, 2014: 0.8}},
    "training_for_role": {"training": {2013: 0.2, 2014: 0.05}},
    "support_for_role": {"support": {2013: 0.5, 2014: 0.9}},
    "locality_lead_hours": {"lead_hours": 6.0},
    "chair_hours": {"chair_paid": 12.0},
    "locality_lead_paid": {"lead_paid": 4.0},
    "leader_meetings": {"board_meetings": 1.0},
    "leader_unpaid": {"board_unpaid": 15.0},
    "leader_email": {"board_contact": 3.0},
    "leader_practice_days": {"practice_hours": 40.0},
    "longest_week": {"chair_hours": 48.0},
    "cost_to_care": {"strained": ""},
    "managers_short": {"undone": {2014: 0.2, 2015: 0.1}},
    "support_unit_2013": {"support_unit": {2013: 0.3, 2014: 0.33}},
    "support_unit_2014": {"support_unit": {2013: 0.437, 2014: 0.5}},
    "council_reach": {"reach": 0.3},
    "council_size": {"council": 12.0},
    "gps_in_lead": {"leads": 20},
    "unopposed": {"contested": 0.8},
    "rubber_stamp_sites": {"pre_decided": dict.fromkeys(SITES, 0.0)},
    "tight_deadline_sites": {"skipped": ""},
    "shadow_year_stalls": {"adopted_before": 30},
}
"""What breaks each pattern."""


def make_runs(world: Mapping[str, Any], count: int) -> dict[int, Results]:
    """Return runs of a made-up world by number: answers are drawn, the rest is as given."""
    same = {
        "series": _series(world), "ccgs": _ccgs(world), "events": _events(world), "hours": _hours(world),
        "survey_changes": pd.DataFrame(), "ledger": pd.DataFrame(),
    }  # fmt: skip
    return {
        seed: Results(config={}, seeds=[seed], survey=_survey(world, np.random.default_rng(seed)), **same)
        for seed in range(count)
    }


def _survey(world: Mapping[str, Any], luck: np.random.Generator) -> pd.DataFrame:
    rows = []

    def add(wave: int, item: str, answer: str, group_by: str, group: str, n: int, share: float) -> None:
        for instrument, shift in (("panel", 0.0), ("random_sample", -0.5)):
            given = luck.binomial(n, max(share + shift, 0)) / n
            rows.append((WAVES[wave], instrument, item, group_by, group, answer, n, given, max(share + shift, 0)))

    for wave, engaged, asked in ((2013, 208, 232), (2014, 265, world["asked"])):
        some = "at_least_somewhat"
        add(wave, "engagement", some, "all", "all", engaged, world["engaged"][wave])
        add(wave, "engagement", "highly", "all", "all", engaged, world["highly"][wave])
        add(wave, "engagement", "highly", "formal_role", "yes", 80, world["highly_with_role"][wave])
        add(wave, "engagement", "highly", "formal_role", "no", 150, world["highly_without_role"][wave])
        add(wave, "engagement", "highly", "ccg_role", "governing_body", 20, world["highly_on_board"][wave])
        add(wave, "engagement", "highly", "ccg_role", "chair", 6, world["highly_on_board"][wave])
        add(wave, "engagement", "highly", "ccg_role", "representative", 60, world["highly_representatives"][wave])
        add(wave, "can_influence", "agree", "leader", "yes", 30, world["leaders_heard"][wave])
        add(wave, "can_influence", "agree", "leader", "no", 200, world["members_heard"][wave])
        add(wave, "engagement", some, "leader", "yes", 30, world["leaders_engaged"][wave])
        add(wave, "engagement", some, "leader", "no", 200, world["members_engaged"][wave])
        add(wave, "owned_by_members", "agree", "leader", "yes", 60, world["leaders_own"][wave])
        add(wave, "owned_by_members", "agree", "leader", "no", 200, world["members_own"][wave])
        add(wave, "engagement", some, "practice_role", "practice_manager", 47, world["managers_engaged"][wave])
        add(wave, "engagement", some, "practice_role", "principal", 150, world["principals_engaged"][wave])
        add(wave, "engagement", some, "practice_role", "salaried", 34, world["salaried_engaged"][wave])
        add(wave, "informed", "agree", "all", "all", asked, world["informed"][wave])
        add(wave, "decisions_reflect_views", "agree", "all", "all", asked, world["reflect"][wave])
        add(wave, "can_influence", "agree", "all", "all", asked, world["influence"][wave])
        for item in ("time", "training", "support"):
            add(wave, item, "agree", "all", "all", 90, world[item][wave])
        for site, share in world["own_by_site"].items():
            add(wave, "owned_by_members", "agree", "site", site, 45, share)
    columns = ["wave", "instrument", "item", "group_by", "group", "answer", "n", "share", "share_of_everyone"]
    return pd.DataFrame(rows, columns=columns)


def _series(world: Mapping[str, Any]) -> pd.DataFrame:
    frame = pd.MultiIndex.from_product([WEEKS, SITES, list(ROLES)], names=["date", "ccg", "role"]).to_frame(index=False)
    frame["week"] = (frame["date"] - WEEKS[0]).dt.days // 7
    frame["n"] = [ROLES[role] // SIX_CHAIRS for role in frame["role"]]
    frame.loc[frame["role"] == "locality_lead", "n"] = world["leads"]
    frame["influence"] = np.where(frame["week"] == 0, world["influence_at_start"], 0.9)
    frame["ccg_hours"] = np.where(frame["role"] == "locality_lead", world["lead_hours"], 1.0)
    frame["p_engaged"] = by_year(frame["date"], world["engaged_by_year"])
    frame["strain"] = np.where(frame["ccg"].isin(list(world["strained"])), 1.0, 0.5)
    busiest = (frame["role"] == "chair") & (frame["ccg"] == "F")
    frame["hours"] = np.where(busiest, world["chair_hours"], 45.0)
    return frame


def by_year(dates: pd.Series, values: Mapping[int, float]) -> np.ndarray:
    """Return the value of each date's financial year, that of the last year given if it has none."""
    year = dates.dt.year - (dates.dt.month < 4)
    return year.map(values).ffill().bfill().to_numpy()


def _hours(world: Mapping[str, Any]) -> pd.DataFrame:
    roles = ["chair", "governing_body", "locality_lead", "representative", "manager"]
    index = pd.MultiIndex.from_product([WEEKS, SITES, roles, WORKS], names=["date", "ccg", "role", "work"])
    frame = index.to_frame(index=False)
    role, work = frame["role"], frame["work"]
    frame["n"] = 1.0
    frame["paid"], frame["unpaid"], frame["undone"] = 0.0, 0.0, 0.0
    paid = {"chair": world["chair_paid"], "locality_lead": world["lead_paid"], "governing_body": 10.0}
    for name, hours in paid.items():
        frame.loc[(role == name) & (work == "booked"), "paid"] = world["practice_hours"]
        frame.loc[(role == name) & (work == "all"), "paid"] = world["practice_hours"] + hours
    board = role == "governing_body"
    frame.loc[board & (work == "all"), "unpaid"] = world["board_unpaid"]
    frame.loc[board & (work == "contact"), "unpaid"] = world["board_contact"]
    frame.loc[board & (work == "governing_body"), "paid"] = world["board_meetings"]
    council = (role == "representative") & (work == "member_council")
    gps = sum(n // SIX_CHAIRS for name, n in ROLES.items() if name != "practice_manager")
    attended = world["reach"] * gps / (ROLES["representative"] // SIX_CHAIRS)
    frame.loc[council, "unpaid"], frame.loc[council, "undone"] = attended, 1 - attended
    frame.loc[council, "n"] = world["council"] / attended
    asked = (role == "manager") & (work == "all")
    frame.loc[asked, "undone"] = by_year(frame["date"], world["undone"])[asked]
    frame.loc[asked, "paid"] = 1 - frame.loc[asked, "undone"]
    frame["demand"] = frame["paid"] + frame["unpaid"] + frame["undone"]
    return frame


def _ccgs(world: Mapping[str, Any]) -> pd.DataFrame:
    frame = pd.MultiIndex.from_product([WEEKS, SITES], names=["date", "ccg"]).to_frame(index=False)
    frame["pre_decided"] = frame["ccg"].map(world["pre_decided"]).astype(float)
    frame["allowance_pounds"] = np.where(frame["ccg"] == "B", 4e6, 1e6)
    frame["support_unit_pounds"] = frame["allowance_pounds"] * by_year(frame["date"], world["support_unit"])
    return frame


def _events(world: Mapping[str, Any]) -> pd.DataFrame:
    go_live = 60
    rows = [(go_live, "consultation_skipped", site, -1, -1) for site in world["skipped"]]
    for item in range(20):
        rows.append((go_live + item, "adopted", "A", 7, item))
        if item < 20 * world["informal"]:
            rows.append((go_live + item, "heard_informally", "A", 7, item))
    rows += [(go_live, "adopted", "A", -1, 99)] * 30  # plans, which nobody raised
    rows += [(go_live - 30, "adopted", "A", 7, 100 + item) for item in range(world["adopted_before"])]
    for post in range(10):
        rows.append((20 + post, "elected", "B", post, -1))
        if post < 10 * world["contested"]:
            rows.append((20 + post, "lost_election", "B", 50, -1))
        rows.append((20 + post, "lost_election", "C", 60, -1))  # another CCG's
    frame = pd.DataFrame(rows, columns=["week", "kind", "ccg", "person", "item"])
    frame["date"] = WEEKS[0] + pd.to_timedelta(7 * frame["week"], "D")
    return frame
