"""One run: its configuration, the model, the record and the results."""
