"""A person's data on request: handed over, or erased."""
