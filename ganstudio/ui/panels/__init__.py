"""Panels made from a Tool's Params: model, size, main fields, advanced, and the row that runs it."""
