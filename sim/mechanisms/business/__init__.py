"""Items of business: from being raised to being reviewed."""
