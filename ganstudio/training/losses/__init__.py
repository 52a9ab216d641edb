"""Losses: pure functions of tensors. `pixel` has those that compare with the truth and are named in Plans."""
