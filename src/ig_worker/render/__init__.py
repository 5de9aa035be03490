"""Makes pictures and papers, each in a process of its own that is gone a fraction of a second later."""
