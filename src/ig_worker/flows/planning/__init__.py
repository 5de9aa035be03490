"""From the planning sheet to the queue: rows become posts, media are gathered, approvals count."""
