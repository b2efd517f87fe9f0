"""What the allowance buys."""
