"""Why one person's engagement differs: from that of the members around them, or from their own in a past week."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.run.vocabulary import ROLE_NAMES
from sim.settings.calendar import parse_date
from sim.state.codes import Kind, Role
from sim.state.history import day, site_name, world_name
from sim.state.people import Person, members, rows_of
from sim.studies.history import in_words
from sim.studies.why import STATE, Why, in_week, split
from sim.survey import answer_probability

if TYPE_CHECKING:
    from sim.run.model import CommissioningModel


def why_person(model: CommissioningModel, agent: Person | str | int, week: int | str | None = None) -> Why:
    """Split the difference between a person and the CCG's members now, or between a person now and in a past week.

    For the past the run is repeated from its configuration and seed, beside the model and without touching it; that
    takes as long as the run did.

    Args:
        model: the model, which has run at least one week.
        agent: a person, a name such as ``B/practice/017/gp/03/0``, or a row of the people table.
        week: a past week, by number or by an ISO date in it; its end is compared with now. If None the person is
            compared with the mean of all members of the CCG (of the profession, if no member).

    Raises:
        ValueError: nobody of that name, a leaver, a week that has not been run or is before the person came, or a
            past that cannot be repeated because something was changed by hand.
    """
    world, row = model.world, _row(model, agent)
    name, after, start = world.path_of("people", row), _mean(model, [row]), world.calendar.start
    now = in_week(start, world.week - 1)
    if week is None:
        rows, others = _peers(model, row)
        title = f"Engagement of {name} against the mean of {others}, {now}"
        return split(title, (others, name), _mean(model, rows), after, model.results())
    past = _past_week(model, week)
    if world.people.joined[row] > past:
        came = day(world.calendar.date(int(world.people.joined[row])))
        raise ValueError(f"week={week} is before {name} came, in the week of {came}; name a later one")
    then, before, results = in_week(start, past), _repeated(model, row, past), model.results()
    found = split(f"Engagement of {name} from the {then} to the {now}", (then, now), before, after, results)
    found.sentences.extend(_happened(model, results.events, row, past))
    return found


def _row(model: CommissioningModel, agent: Person | str | int) -> int:
    """Return the row of somebody who is there."""
    world, people = model.world, model.world.people
    if isinstance(agent, str):
        row = next((r for r in range(people.size) if world.path_of("people", r) == agent), -1)
    elif isinstance(agent, Person) and agent.model is model:
        row = agent.row
    else:
        row = int(agent) if isinstance(agent, int | np.integer) else -1
    if not 0 <= row < people.size:
        raise ValueError(f"agent={agent} is nobody in this model; give one of its people, or a name or row")
    if not people.present[row]:
        raise ValueError(f"agent={world.path_of('people', row)} has left; allowed is somebody who is there")
    return row


def _past_week(model: CommissioningModel, week: int | str) -> int:
    calendar, last = model.world.calendar, model.world.week - 1
    number = calendar.week_of(parse_date(week, "week")) if isinstance(week, str) else int(week)
    if not 0 <= number < last:
        span = f"0 to {last - 1}, or a date from {calendar.start} to {calendar.date(last) - dt.timedelta(days=1)}"
        raise ValueError(f"week={week} is not in the past of this run; allowed is {span}")
    return number


def _mean(model: CommissioningModel, rows: Sequence[int]) -> pd.DataFrame:
    """Return number and means of some people now, as one row."""
    people, survey = model.world.people, model.config.survey
    x = people.engagement[rows]
    cuts = (survey.threshold_somewhat, survey.threshold_highly)
    shares = [answer_probability(x, cut, survey.response_sd).mean() for cut in cuts]
    values = [len(rows), x.mean(), *shares, *people.components[rows, :-1].mean(axis=0)]
    return pd.DataFrame([values], columns=["people", *STATE, *model.world.drivers.names])


def _peers(model: CommissioningModel, row: int) -> tuple[list[int], str]:
    """Return whom a person is compared with, themselves included, and their name."""
    world, people = model.world, model.world.people
    member = members(people)
    if member[row]:
        same_ccg = member & (people.ccg == people.ccg[row])
        return np.flatnonzero(same_ccg).tolist(), f"all members of {site_name(world, people.ccg[row])}"
    kind = Kind(int(people.kind[row]))
    return rows_of(people, kind).tolist(), f"all {ROLE_NAMES[kind.name.lower()]}"


def _repeated(model: CommissioningModel, row: int, week: int) -> pd.DataFrame:
    """Return the state of a person at the end of a past week, by running a second model up to now."""
    world, name = model.world, model.world.path_of("people", row)
    if world.people.components[row, world.drivers.index("outside")]:
        raise ValueError(
            f"the engagement of {name} was moved by hand (theirs or a colleague's), so its past cannot be repeated; "
            "ask before you set it, or without a week"
        )
    config, own = copy.deepcopy((model.config, model.own_processes))
    again = type(model)(config, seed=model.seed, processes=own)
    while again.world.week <= week:
        again.step()
    state = _mean(again, [row]) if row < again.world.people.size else None
    while again.world.week < world.week:
        again.step()
    if state is None or not np.array_equal(again.world.people.components[row], world.people.components[row]):
        raise ValueError(
            f"the run repeated does not bring {name} to where they are, so their past is not known: something was "
            "changed by hand, or a process of your own keeps what start(world) should set anew; ask without a week"
        )
    return state


def _happened(model: CommissioningModel, events: pd.DataFrame, row: int, week: int) -> list[str]:
    """Return what happened after a week to a person and to the matters that they raised, as dated sentences."""
    world, people = model.world, model.world.people
    originator = np.append(world.items.originator, -1)[events["item"]]
    concerned = (events["person"] == row) | (originator == row)
    here = events["ccg"] == site_name(world, people.ccg[row])
    if members(people)[row]:
        concerned |= here & (events["kind"] == "order")
    if people.role[row] == Role.REPRESENTATIVE:
        concerned |= here & (events["kind"] == "consultation_skipped")
    kinds = {event.kind: event for process in model.processes for event in process.events}
    rows = events[concerned & (events["week"] > week)]
    sentences = in_words(rows, lambda who, number: world_name(world, who, number), kinds)
    return sentences or ["No event of theirs, or of what they raised, is recorded in between."]
