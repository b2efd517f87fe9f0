"""Money by hand, in pence: heads sum to the allowance exactly, and a cut falls on all."""

from __future__ import annotations

import numpy as np
import pytest

from sim.mechanisms.money.running_costs import RunningCosts
from sim.run.model import CommissioningModel
from sim.settings.calendar import Timeline
from sim.settings.money import HEADS
from sim.settings.sites import Site
from sim.state.codes import Kind
from sim.state.world import World
from tests.worlds import config, constitution, of_kind, step, tiny

GO_LIVE, APRIL_2014, APRIL_2015 = 52, 105, 157
SITE = Site("T", population=100_000, practices=1, support_unit_pence={2013: 500, 2014: 400})
ONE_CHAIR = constitution(gps=1, lay_members=0, chair_hours=25, representative_hours=0)
ROUND = RunningCosts(
    governance_pounds=500_000, session_minutes=250, session_weeks=50, session_pounds=300, non_pay=0.2,
    post_pounds=50_000, core=0.6,
)  # fmt: skip
"""The chair's 1500 minutes are 6 sessions a week: 6 x 50 x 300 = 90,000 pounds a year."""


def funded(process: RunningCosts, *weeks: int, site: Site = SITE) -> World:
    world = tiny(site, gps=1, governance=ONE_CHAIR, running_costs=process)
    for world.week in weeks:
        step(world, process)
    return world


def pounds(world: World) -> dict[str, float]:
    return dict(zip(HEADS, (world.ccgs.budget[0] / 100).tolist(), strict=True))


def test_the_full_allowance_by_hand() -> None:
    world = funded(ROUND, GO_LIVE)
    # 25 pounds a head: 2,500,000 less 500,000, 500,000 (support unit, 5 a head) and 90,000 = 1,410,000, 80 % to staff
    assert world.ccgs.allowance[0] == 250_000_000
    assert pounds(world) == {
        "governance": 500_000, "staff": 1_128_000, "gp_sessions": 90_000, "support_unit": 500_000, "non_pay": 282_000,
    }  # fmt: skip
    assert world.ccgs.posts[0] == 3 + 22  # 22 posts of 50,000
    assert world.ccgs.session_share[0] == 1
    assert world.ccgs.support_posts[0] == 10


def test_a_cut_of_a_fifth_takes_a_fifth_of_every_head_and_leaves_the_duties() -> None:
    process = RunningCosts(**{**vars(ROUND), "further_cut": 1 - 2000 / 2250})
    before, after = funded(process, GO_LIVE, APRIL_2014), funded(process, GO_LIVE, APRIL_2014, APRIL_2015)
    # from 2014/15 the support unit costs 4 a head: 1,510,000 for staff and non-pay at the full allowance
    assert pounds(before)["staff"] == 1_208_000
    assert after.ccgs.allowance[0] == 200_000_000
    assert pounds(after) == {
        "governance": 400_000, "staff": 966_400, "gp_sessions": 72_000, "support_unit": 320_000, "non_pay": 241_600,
    }  # fmt: skip
    assert before.ccgs.posts[0] == 3 + 24
    assert after.ccgs.posts[0] == 3 + 19
    assert after.ccgs.session_share[0] == pytest.approx(0.8)
    assert after.ccgs.duties[0] == before.ccgs.duties[0] == pytest.approx(0.75 * (3 + 24.16) * 2250)
    chair = of_kind(after, Kind.GP)[0]
    assert before.people.sessions[chair] == 1500
    assert after.people.sessions[chair] == 1200


def test_the_real_cut_of_2015_16_falls_in_april_and_the_scenario_s_on_top() -> None:
    allowance = [funded(ROUND, *weeks).ccgs.allowance[0] for weeks in ([GO_LIVE], [APRIL_2014], [APRIL_2015])]
    assert allowance == [250_000_000, 250_000_000, 225_000_000]
    cut = funded(RunningCosts(further_cut=0.1), GO_LIVE, APRIL_2014)
    assert cut.ccgs.allowance[0] == 250_000_000, "from April 2015 only"
    for cut.week in (APRIL_2015,):
        step(cut, RunningCosts(further_cut=0.1))
    assert cut.ccgs.allowance[0] == 202_500_000


def test_money_moves_in_april_only() -> None:
    world = funded(ROUND, GO_LIVE)
    before = world.ccgs.budget.copy()
    world.ccgs.population[:] *= 2
    for world.week in (GO_LIVE + 1, GO_LIVE + 30, APRIL_2014 - 1):
        step(world, ROUND)
    assert (world.ccgs.budget == before).all()
    world.week = APRIL_2014
    step(world, ROUND)
    assert (world.ccgs.allowance == 500_000_000).all()


def test_before_go_live_ccgs_have_no_allowance_and_the_staff_of_the_first_year() -> None:
    world = funded(ROUND, -26, 0, 51)
    assert world.ccgs.allowance[0] == 0
    assert not world.ccgs.budget.any()
    assert world.ccgs.posts[0] == 25
    assert world.ccgs.session_share[0] == 1


def test_partners_share_fixed_governance() -> None:
    saving = {"shared_saving": 0.1, "team_saving": 0.4}
    process = RunningCosts(**{**vars(ROUND), **saving})
    for site, governance in (
        (Site("T", population=100_000, practices=1), 500_000),
        (Site("T", population=100_000, practices=1, partners=2), 450_000),
        (Site("T", population=100_000, practices=1, partners=2, shared_team=True), 300_000),
        (Site("T", population=100_000, practices=1, shared_team=True), 500_000),
    ):
        assert pounds(funded(process, GO_LIVE, site=site))["governance"] == governance


@pytest.mark.parametrize("cut", [0.0, 0.1, 0.2, 0.3])
@pytest.mark.parametrize("population", [40_001, 77_777, 150_000, 499_999])
def test_heads_sum_to_the_allowance_to_the_penny(population: int, cut: float) -> None:
    site = Site("T", population=population, practices=3, support_unit_pence={2013: 333, 2015: 101}, partners=1)
    process = RunningCosts(further_cut=cut)
    world = CommissioningModel(config(site, gps=3, running_costs=process, governance=constitution()), seed=1).world
    for world.week in range(GO_LIVE, 310):
        step(world, process)
        assert world.ccgs.budget.dtype == np.int64
        assert (world.ccgs.budget.sum(axis=1) == world.ccgs.allowance).all()
        assert (world.ccgs.budget >= 0).all()
    assert world.ccgs.allowance[0] == population * round(2250 * (1 - cut))


def test_no_head_falls_below_its_core_while_there_is_money_for_that() -> None:
    world = funded(RunningCosts(**{**vars(ROUND), "further_cut": 0.33, "core": 0.65}), GO_LIVE, APRIL_2015)
    # the support unit costs 4 a head by then; non-pay gives what the core of the others takes
    assert pounds(world)["governance"] == 325_000
    assert pounds(world)["support_unit"] == 260_000
    assert pounds(world)["gp_sessions"] == 58_500
    assert 0 < pounds(world)["non_pay"] < 0.65 * pounds(funded(ROUND, GO_LIVE))["non_pay"]
    assert world.ccgs.budget.sum() == world.ccgs.allowance[0]


def test_no_head_is_negative_and_all_fall_alike_when_money_does_not_pay_the_core() -> None:
    dear = RunningCosts(**{**vars(ROUND), "session_pounds": 2000, "governance_pounds": 5_000_000, "core": 1.0})
    full, cut = funded(dear, GO_LIVE), funded(dear, GO_LIVE, APRIL_2015)
    for world in (full, cut):
        assert (world.ccgs.budget >= 0).all()
        assert world.ccgs.budget.sum() == world.ccgs.allowance[0]
        assert 0 <= world.ccgs.session_share[0] <= 1
    assert cut.ccgs.session_share[0] < 1


def test_more_money_than_there_is_to_spend_pays_everything_that_is_arranged_and_no_more() -> None:
    world = tiny(SITE, gps=1, governance=ONE_CHAIR, timeline=Timeline(allowance_pence={2013: 1_000_000}))
    step(world, RunningCosts())
    world.week = GO_LIVE
    step(world, RunningCosts())
    assert world.ccgs.session_share[0] == 1
    assert world.ccgs.posts[0] == np.count_nonzero(world.slots.post_rank >= 0)
    assert world.ccgs.budget.sum() == world.ccgs.allowance[0]


def test_a_run_that_begins_after_go_live_has_the_allowance_in_force_from_its_first_week() -> None:
    model = CommissioningModel(config(SITE, gps=1, timeline=Timeline(start="2016-01-04")), seed=1)
    assert model.world.ccgs.allowance.tolist() == [SITE.population * 2250]
    assert (model.world.ccgs.budget >= 0).all()


def test_only_holders_of_seats_are_paid_for_sessions() -> None:
    world = tiny(SITE, gps=3, governance=ONE_CHAIR)
    step(world, ROUND)
    paid = np.flatnonzero(world.people.sessions)
    assert paid.tolist() == world.seats.person[world.seats.minutes > 0].tolist()
    assert world.people.sessions[paid].tolist() == [1500]
    world.seats.person[world.seats.minutes > 0] = -1
    step(world, ROUND)
    assert not world.people.sessions.any()


def test_every_ccg_pays_its_own_share_of_the_sessions_arranged() -> None:
    world = tiny(SITE, Site("U", population=100_000, practices=1), gps=1, governance=ONE_CHAIR)
    world.week = GO_LIVE + 1
    world.ccgs.session_share[:] = [0.8, 0.501]
    step(world, ROUND)
    assert world.people.sessions[of_kind(world, Kind.GP)].tolist() == [1200, 751], "whole minutes, none too many"
