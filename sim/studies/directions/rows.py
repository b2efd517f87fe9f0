"""The table of directions. A row's sign is that of a claim in the register, never the model's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Direction:
    """One row: as a parameter goes from low to high, an outcome is to move as the reports say.

    The sign follows from the claim: ``sign = sign of the effect in the register x how the outcome shows the effect
    x (-1 if the claim's condition holds less at the high end)``; a test works it out.

    Attributes:
        process: the mechanism put to the test.
        key: of the configuration.
        low: value at the low end; None is the default (the fitted vector's value, if it has one).
        high: value at the high end.
        outcome: name in :data:`sim.studies.directions.OUTCOMES`.
        sign: of the expected difference, high less low.
        evidence: id of the mechanism in the register.
        effect: which of the claim's effects.
        why: the claim in this model's terms.
        away: whether the claim's condition holds less at the high end.
        since: date from which the outcome is measured.
        six_sites_only: why a short run of two tiny sites cannot show it; empty if it can.
    """

    process: str
    key: str
    low: Any
    high: Any
    outcome: str
    sign: int
    evidence: str
    effect: str
    why: str
    away: bool = False
    since: str = "go_live"
    six_sites_only: str = ""


LEVEL, CUT = "governance.delegation_level", "running_costs.further_cut"
LATER = "co_commissioning"
RARE = "successes and seats given up are too few in a short run of two tiny sites"

# fmt: off
DIRECTIONS = (
    Direction("policy_timeline", LEVEL, None, 3, "hours of managers", +1, "portfolio_realignment", "workload",
              "no posts come with delegation, so the managers there are take it on", since=LATER),
    Direction("policy_timeline", LEVEL, None, 3, "papers in time", -1, "legacy_work_first", "proactive_work",
              "contracts that arrive unrenewed have to be repaired before anything new is prepared", since=LATER),
    Direction("policy_timeline", LEVEL, None, 3, "changes that succeed", +1, "delegated_delivers_more", "delivery",
              "a CCG that decides itself need not wait for NHS England's consent", since=LATER, six_sites_only=RARE),
    Direction("policy_timeline", LEVEL, None, 3, "trust of practices", +1, "delegation_improves_local_service", "trust",
              "practices deal with a local team that answers", since=LATER),
    Direction("policy_timeline", LEVEL, None, 2, "weeks until a matter is settled", +1, "joint_is_slow_and_unclear",
              "decision_delay", "decisions shared with NHS England take longer", since=LATER),
    Direction("running_costs", CUT, None, 0.2, "posts filled", -1, "less_management_money", "staff_capacity",
              "less money pays fewer managers", since=LATER),
    Direction("running_costs", CUT, None, 0.2, "papers in time", -1, "reactive_not_proactive", "proactive_work",
              "standing duties stay when posts go; planned work gives way", since=LATER),
    Direction("running_costs", CUT, None, 0.2, "CCG work done by leaders", -1, "budget_caps_sessions",
              "time_available", "fewer sessions are paid and leaders do what fits", since=LATER),
    Direction("requests", "requests.rate", None, 3.0, "papers in time", -1, "fire_fighting_leaves_no_time",
              "strategic_work", "urgent requests come before papers"),
    Direction("requests", "requests.days", None, 5, "engagement from consultation skipped, representatives", -1,
              "short_deadlines_skip_consultation", "engagement", "what is due before the council meets skips it"),
    Direction("requests", "requests.order_rate", None, 0.2, "engagement from orders, members", -1,
              "national_imposition_disengages", "engagement", "national orders are passed down more often"),
    Direction("agenda", "agenda.plans", None, 8, "matters that lapse", +1, "long_papers_no_strategy", "strategic_work",
              "wide agendas of managers' plans leave less room for what members raise"),
    Direction("agenda", "place.devolution", "none", None, "members at least somewhat engaged, devolved sites",
              +1, "devolved_budget_engages", "engagement", "localities with money take up what members raise"),
    Direction("workload", "workload.backfill", 0.0, None, "wait for appointments", -1, "ccg_work_costs_practice",
              "practice_capacity", "a locum makes up for the partner who is out", away=True),
    Direction("workload", "workload.growth", None, 0.1, "CCG work done by representatives", -1,
              "time_shortage_blocks_engagement", "time_available", "fuller clinics leave fewer hours for the CCG"),
    Direction("workload", "governance.governing_body_hours", 2, None, "wait for appointments", +1,
              "absence_breaks_continuity", "patient_access", "the usual doctor is away on paid CCG work"),
    Direction("time_allocation", "time_allocation.governing_body_hours", None, 32, "strain of leaders", +1,
              "role_overflows_contract", "wellbeing", "a role that asks for more than it pays spills into evenings"),
    Direction("time_allocation", "time_allocation.missed", None, 0.4, "weeks until a matter is settled", +1,
              "clinic_commitments_fix_diary", "decision_delay", "meetings missed are meetings without a quorum"),
    Direction("preparation", "preparation.rubber_stamping", False, None, "influence felt by leaders", -1,
              "rubber_stamping", "influence_felt", "plans reach the governing body settled"),
    Direction("preparation", "preparation.data", None, 0.9, "changes reviewed that succeed", +1, "proper_data_needed",
              "decision_quality", "data beside experience make better decisions", six_sites_only=RARE),
    Direction("meetings", "meetings.ear", 0.0, None, "influence felt by members", +1, "informal_contact_works",
              "influence_felt", "a word with a GP of the governing body gets a matter heard"),
    Direction("meetings", "place.devolution", "none", None, "influence felt by members, devolved sites", +1,
              "localities_restore_ownership", "ownership", "localities that decide have room of their own"),
    Direction("meetings", LEVEL, None, 3, "changes reviewed that succeed", -1, "withdrawal_removes_expertise",
              "decision_quality", "conflicted GPs leave the room and take their knowledge along", since=LATER,
              six_sites_only=RARE),
    Direction("implementation", "implementation.carried", None, 0.9, "engagement from success, members", +1,
              "success_breeds_engagement", "engagement", "more of what is adopted is done and seen to work"),
    Direction("implementation", "implementation.carried", None, 0.9, "engagement from failure, members", +1,
              "sign_up_without_delivery", "delivery", "what is signed and not delivered fails; that this "
              "disappoints is an assumption, the mirror of success", away=True),
    Direction("implementation", "implementation.saved", None, 0.004, "members at least somewhat engaged", +1,
              "easier_job_wins_buy_in", "engagement", "a change that works takes hours off the practice"),
    Direction("relationships", "time_allocation.visit_minutes", 0, None, "trust of practices", +1,
              "primary_care_manager_as_link", "trust", "a named manager keeps contact with each practice"),
    Direction("relationships", "relationships.contact_new", 0.0, 1.0, "deadline work asked of managers", -1,
              "personal_contacts_fix", "responsiveness", "known faces at NHS England settle a request by phone"),
    Direction("relationships", "relationships.pair_gain", 0.0, None, "changes reviewed that succeed", +1,
              "t4_symbiosis", "decision_quality", "a GP and a manager who know each other shape plans together",
              six_sites_only=RARE),
    Direction("informedness", "time_allocation.representative_briefing", 0.0, None, "informed members", +1,
              "council_messages_stop_at_rep", "informed", "representatives have time to brief their practice",
              away=True),
    Direction("informedness", "time_allocation.visit_minutes", 0, None, "engagement from being informed, members", +1,
              "coming_to_practices", "engagement", "managers who come to practices inform them"),
    Direction("influence", "meetings.room", 0, None, "engagement from influence, members", +1,
              "advisory_role_disengages", "engagement", "members' matters are decided instead of left waiting",
              away=True),
    Direction("strain", "workload.growth", None, 0.1, "engagement from strain, members", -1,
              "pressure_dulls_engagement", "engagement", "weeks beyond the sustainable wear members down"),
    Direction("strain", "time_allocation.governing_body_hours", None, 32, "leaders highly engaged", -1,
              "leader_enthusiasm_wanes", "leader_engagement", "time pressure wears leaders down"),
    Direction("performance_management", LEVEL, None, 3, "engagement from performance management, members", -1,
              "performance_threatens_membership", "engagement", "members are judged by their own body", since=LATER),
    Direction("reward", "development.gain", 0.0, None, "engagement from reward, leaders", +1, "variety_rewards",
              "wellbeing", "new skills make the work rewarding"),
    Direction("hope", "hope.half_life_weeks", None, 150, "leaders highly engaged", +1, "leader_enthusiasm_wanes",
              "leader_engagement", "founding hope that lasts puts off the waning; that it fades is an assumption, "
              "which imposes the fall", away=True),
    Direction("engagement", "engagement.peers", 0.0, None, "engagement from success, members", +1,
              "success_breeds_engagement", "engagement", "enthusiasm spreads from those who saw the success"),
    Direction("development", "governance.governing_body_hours", 2, None, "skills of leaders", +1, "training_needs_time",
              "skills", "paid hours leave time for training", away=True),
    Direction("succession", "time_allocation.governing_body_hours", None, 32, "leaders who give up their seat", +1,
              "overload_burnout", "leader_exit", "overload makes the role unsustainable", six_sites_only=RARE),
    Direction("succession", "development.gain", 0.0, None, "leaders who give up their seat", -1,
              "support_builds_leaders", "leader_exit", "leaders who are trained stay", six_sites_only=RARE),
    Direction("succession", "succession.terms", "cliff", "staggered", "leaders who give up their seat, worst year", -1,
              "staggered_terms", "stability", "terms that end in turn spread the loss over years", since=LATER,
              six_sites_only="first terms end after the short run"),
    Direction("succession", "succession.stands", 0.0005, None, "empty seats", -1, "few_successors", "leader_supply",
              "more of those who could follow stand", away=True),
    Direction("succession", "succession.stands", None, 0.03, "engagement from elections lost, GPs", -1,
              "uncontested_posts", "selection", "where several stand, some lose; that losing hurts is an assumption",
              away=True, six_sites_only="seats fall empty too seldom in a short run of two tiny sites"),
    Direction("careers", "careers.fill_gp", 0.05, None, "wait for appointments", -1, "workforce_shortage",
              "patient_access", "a GP who leaves is replaced sooner", away=True),
    Direction("careers", "careers.manager", None, 0.4, "expertise of managers", -1, "manager_turnover", "expertise",
              "managers leave before they know the work"),
)
# fmt: on
"""All rows, by process in the order of the week."""
