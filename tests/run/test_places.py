"""The six sites as built: the figures of the evidence fix the totals."""

from __future__ import annotations

import numpy as np
import pytest

from sim import CommissioningModel, compose
from sim.state.codes import Kind, Role


@pytest.fixture(scope="module")
def models() -> list[CommissioningModel]:
    config = compose("timeline.warm_up_weeks=0")
    return [CommissioningModel(config, seed=seed) for seed in range(4)]


def test_site_figures_fix_people_and_practices(models: list[CommissioningModel]) -> None:
    for model in models:
        world = model.world
        for row, site in enumerate(world.sites):
            inside = world.practices.ccg == row
            assert inside.sum() == site.practices
            assert world.practices.list_size[inside].sum() == pytest.approx(site.population)


def test_numbers_of_people_are_those_of_the_sites(models: list[CommissioningModel]) -> None:
    """About 1,100 GPs, 220 practices, one manager each, about 250 CCG posts."""
    kinds = np.array([np.bincount(m.world.people.kind, minlength=len(Kind)) for m in models])
    assert 950 < kinds[:, Kind.GP].mean() < 1200
    assert (kinds[:, Kind.PRACTICE_MANAGER] == 220).all()
    assert 200 < kinds[0, Kind.MANAGER] < 300
    assert (kinds[:, Kind.OBSERVER] == 0).all()


def test_every_practice_has_a_gp_a_representative_and_a_partner(models: list[CommissioningModel]) -> None:
    world = models[0].world
    holder = world.seats.person[world.practices.council_seat]
    assert (world.people.practice[holder] == np.arange(world.practices.size)).all()
    partners = np.bincount(world.people.practice[world.people.practice_role == 0], minlength=world.practices.size)
    assert (partners >= 1).all()


def test_founders_lead_because_they_are_disposed_to(models: list[CommissioningModel]) -> None:
    for model in models:
        people = model.world.people
        gp = people.kind == Kind.GP
        leads = gp & (people.role >= Role.LOCALITY_LEAD)
        assert people.disposition[leads].mean() > people.disposition[gp & ~leads].mean() + 0.5
        assert not people.opposed[leads].any()


def test_informal_ties_are_about_ten_and_mostly_local(models: list[CommissioningModel]) -> None:
    world = models[0].world
    edges = world.ties.edges["informal"]
    gps = (world.people.kind == Kind.GP).sum()
    assert 8 < 2 * edges.source.size / gps < 11
    home = world.practices.locality[world.people.practice]
    somewhere = (home[edges.source] >= 0) & (home[edges.target] >= 0)
    local = (home[edges.source] == home[edges.target])[somewhere].mean()
    assert 0.5 < local < 0.8
    assert (world.people.practice[edges.source] != world.people.practice[edges.target]).all()
