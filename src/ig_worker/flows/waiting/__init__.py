"""What waits for a person: the list of it, and the letters to those who can answer."""
