"""Tells people in public what became of what they said."""
