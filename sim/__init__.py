"""Agent-based simulation of clinical commissioning in England.

>>> from sim import CommissioningModel, compose, simulate
>>> model = CommissioningModel(compose("scenario=baseline"), seed=7)
>>> results = simulate("place=six_sites", seed=7)
"""

from sim.run.config import ConfigError, compose
from sim.run.model import CommissioningModel
from sim.studies.history import history
from sim.studies.person import why_person
from sim.studies.simulate import simulate
from sim.studies.why import why

__all__ = ["CommissioningModel", "ConfigError", "compose", "history", "simulate", "why", "why_person"]
