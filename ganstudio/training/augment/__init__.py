"""Augmentations in front of a discriminator: N×C×H×W in -1..1 and a torch Generator → the same shape.

Differentiable twice (R1 goes through them), and every random number comes from the Generator given.
"""
