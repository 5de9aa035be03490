"""Keeps the register book: the book of any span of time, and last month's by itself."""
