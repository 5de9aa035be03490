"""Runs a public health centre's Instagram account, unattended, through the official Graph API."""

__version__ = "0.7.0"
