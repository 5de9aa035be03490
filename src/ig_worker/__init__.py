"""Runs a public health centre's Instagram account, unattended, through the official Graph API."""

__version__ = "0.6.0"
