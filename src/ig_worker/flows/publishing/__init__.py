"""From the queue to Instagram: prepared before the hour, published at it, linked and commented after it."""
