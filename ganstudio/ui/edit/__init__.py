"""The workspace Edit: one picture, its layers, and the Tools for it."""
