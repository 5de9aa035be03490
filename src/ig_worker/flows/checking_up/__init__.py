"""Looks at everything that the worker needs, and says what is wrong and how it is put right (``doctor``)."""
