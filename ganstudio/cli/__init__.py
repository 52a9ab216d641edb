"""The terminal: one command a Tool, made from its Params, and a few of its own."""
