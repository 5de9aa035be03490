"""Gathers the figures of the account, its posts and its stories."""
