"""The preferences: the dialog, its pages and their rows."""
