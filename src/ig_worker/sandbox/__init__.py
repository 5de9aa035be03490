"""The embedded Instagram: a Graph API in memory, as strict as Meta's, for training, the demo and tests."""
