"""What is asked of runs: scorecard, directions, fit, rivals, why."""
