"""Train: a view of Run folders; the training itself is a child process of its own."""
