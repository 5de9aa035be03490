"""One module per job. Flows are strangers to each other: they meet only at the tables."""
