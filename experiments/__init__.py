"""Entry points: each composes a configuration, calls :mod:`sim` and writes or prints results."""
