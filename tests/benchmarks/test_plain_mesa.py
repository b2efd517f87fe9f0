"""The plain Mesa version is a fair counterpart: it gives the numbers of the array processes."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from numpy.testing import assert_allclose

from benchmarks.parts import RULES
from benchmarks.plain_mesa import Person, PlainModel
from sim.run.model import CommissioningModel
from sim.state.codes import Role, Work
from sim.state.drivers import STANDING
from tests.worlds import TWO_SITES, spread_out, step


class SameLuck(PlainModel):
    """The plain model with the luck of a world."""

    def __init__(self, model: CommissioningModel) -> None:
        super().__init__(model.world, model.config)
        self.world = model.world

    def uniform(self, person: Person) -> float:
        return self._drawn("time.diary", person)

    def normal(self, person: Person) -> float:
        return statistics.NormalDist().inv_cdf(self._drawn("engagement.noise", person))

    def _drawn(self, name: str, person: Person) -> float:
        key = self.world.people.key[person.row : person.row + 1]
        return float(self.world.luck.uniform(name, self.week, key)[0])


def eventful(weeks: int) -> CommissioningModel:
    """Return a model some weeks into its run: people have left, some feel kicks, clinics fill many evenings."""
    config = spread_out(*TWO_SITES, weeks=80, warm_up_weeks=3)
    config.careers.principal = 0.2
    model = CommissioningModel(config, seed=5)
    for _ in range(weeks):
        model.step()
    people = model.world.people
    for shift, kick in enumerate(STANDING.kicks):
        people[f"kick_{kick}"][shift::7] = 0.1 * (shift + 1)
    people.booked[:] += 20 * np.arange(people.size) % 900
    return model


@pytest.mark.parametrize(
    ("weeks", "meeting"), [(4, Work.GOVERNING_BODY), (6, Work.LOCALITY_MEETING), (42, Work.MEMBER_COUNCIL)]
)
def test_the_same_numbers_as_the_arrays(weeks: int, meeting: Work) -> None:
    model = eventful(weeks)
    plain = SameLuck(model)
    world, people = model.world, model.world.people
    persons = list(plain.agents)
    rows = np.array([p.row for p in persons])
    assert rows.tolist() == np.flatnonzero(people.present).tolist()
    for _ in range(3):
        for process in model.processes:
            if process.name in RULES:
                step(world, process)
        world.week += 1
        plain.step()
        for name in ("demand", "paid", "unpaid", "undone"):
            assert np.array_equal([getattr(p, name) for p in persons], people[name][rows]), name
        assert [p.idle for p in persons] == people.idle[rows].tolist()
        assert [p.contract for p in persons] == people.supply[rows].tolist()
        for name in ("time_met", "informed", "engagement"):
            assert_allclose([getattr(p, name) for p in persons], people[name][rows], rtol=0, atol=1e-9)
        components = people.components[rows, : len(STANDING.names)]
        assert_allclose([p.components for p in persons], components, rtol=0, atol=1e-9)
    assert people.demand[:, [meeting, Work.EXECUTIVE_GROUP]].any(axis=0).all(), "bodies meet"
    assert people.undone[:, meeting].any(), "some stay away"
    assert (people.paid[:, meeting] + people.unpaid[:, meeting]).any(), "and some go"
    assert {Role(int(r)) for r in people.role[rows]} == set(Role)
    assert any(ccg.waiting for ccg in plain.ccgs), "papers are prepared"
    assert {len(p.circles) for p in persons} == {0, 1, 2}, "some are on a governing body too, some have no colleagues"
    assert weeks < 40 or not people.present.all(), "people have left"


def test_luck_of_its_own_is_repeated() -> None:
    model = eventful(2)
    runs = [PlainModel(model.world, model.config) for _ in range(2)]
    for plain in runs:
        plain.step()
    one, other = ([p.engagement for p in plain.agents] for plain in runs)
    assert one == other
    assert one != model.world.people.engagement[model.world.people.present].tolist()
