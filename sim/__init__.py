"""Agent-based simulation of clinical commissioning in England.

>>> from sim import CommissioningModel, compose, simulate
>>> model = CommissioningModel(compose("scenario=baseline"), seed=7)
>>> results = simulate("place=six_sites", seed=7)
"""

from sim.config import ConfigError, compose
from sim.ensemble import simulate
from sim.model import CommissioningModel

__all__ = ["CommissioningModel", "ConfigError", "compose", "simulate"]
