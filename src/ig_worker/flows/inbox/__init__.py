"""Comments and messages: read once, stored once, judged once."""
