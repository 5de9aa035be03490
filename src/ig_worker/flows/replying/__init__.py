"""What the centre answers: thanks for praise, and what a person says."""
