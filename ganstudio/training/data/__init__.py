"""Pictures to learn from: a folder, a zip or an array file, looked at, sorted out and read."""
