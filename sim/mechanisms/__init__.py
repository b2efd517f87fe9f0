"""Mechanisms, a folder a domain and a file each; :mod:`sim.mechanisms.schedule` is the week."""
