"""Learning a direction of one's own."""
