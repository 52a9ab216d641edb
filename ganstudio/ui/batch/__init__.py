"""Batch: the queue as a table, what is to be done with it, and where the results go."""
