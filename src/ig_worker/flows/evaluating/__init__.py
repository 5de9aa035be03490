"""The month's evaluation: gathered from the shelves, as plain data."""
