"""Places: which CCGs there are and how their population is built."""
