"""Keeps each account's access token alive, and stops the account where Instagram refuses it."""
