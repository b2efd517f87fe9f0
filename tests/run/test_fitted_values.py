"""A seed goes with its fitted vector, whichever way a run is asked for."""

from __future__ import annotations

import pandas as pd
import pytest

from sim import CommissioningModel, ConfigError, compose, simulate
from sim.run.config import Config
from sim.run.fitted_values import NONE, chosen, fitted, vectors

SHORT = ("timeline.weeks=12", "timeline.warm_up_weeks=2")


def test_the_model_and_simulate_give_the_same_run_of_a_seed() -> None:
    simulated = simulate(*SHORT, seed=7)
    stepped = CommissioningModel(compose(*SHORT), seed=7).run()
    assert simulated.config == stepped.config
    assert simulated.notes == stepped.notes
    for table in ("series", "ledger", "events"):
        pd.testing.assert_frame_equal(getattr(simulated, table), getattr(stepped, table), check_exact=True)
    assert stepped.config["hope"]["beta"] == vectors()[7]["hope.beta"] != Config().hope.beta


def test_no_vector_is_taken_where_none_is_asked_for_and_results_say_so() -> None:
    model = CommissioningModel(compose(*SHORT, f"scenario.vectors={NONE}"), seed=7)
    assert model.config.hope.beta == Config().hope.beta
    assert "no fitted vectors: every parameter is at its default" in model.run().notes[0]


def test_a_fitted_configuration_is_fitted_anew_for_another_seed() -> None:
    once = fitted(compose("hope.half_life_weeks=44"), 3)
    assert fitted(once, 3) is once
    other = fitted(once, 4)
    assert (other.seed, other.vector) == (4, fitted(compose("hope.half_life_weeks=44"), 4).vector)
    assert other.hope.half_life_weeks == 44
    assert chosen(other) == {"hope.half_life_weeks"}
    assert once.hope.beta == vectors()[3]["hope.beta"]


@pytest.mark.parametrize("by_hand", [False, True])
def test_what_is_changed_by_hand_wins_over_the_vector(by_hand: bool) -> None:
    config = compose() if by_hand else compose().with_values({"hope.beta": 2.0})
    if by_hand:
        config.hope.beta = 2.0
    assert fitted(config, 5).hope.beta == 2.0
    assert "hope.beta" not in (fitted(config, 5).vector or {})


def test_what_is_changed_after_fitting_counts_as_chosen() -> None:
    changed = fitted(compose(), 5).with_values({"hope.beta": 2.0})
    assert chosen(changed) == {"hope.beta"}
    assert fitted(changed, 6).hope.beta == 2.0


def test_a_value_that_does_not_exist_or_is_not_allowed_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"unknown key hope\.betta; did you mean hope\.beta\?"):
        compose().with_values({"hope.betta": 1})
    with pytest.raises(ConfigError, match=r"hope\.beta=9 is out of range"):
        compose().with_values({"hope.beta": 9})
