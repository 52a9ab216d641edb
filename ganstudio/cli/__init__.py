"""The terminal: commands, flags made from Params, progress and the closing summary."""
