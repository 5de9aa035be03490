"""What a month's figures say: followers, posts, hours and audience, computed from plain data."""
