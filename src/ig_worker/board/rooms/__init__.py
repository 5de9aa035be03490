"""The rooms of the board, each with the ways that lead into it."""
