"""The latent space as values: a Latent is a point with all that makes the same picture again."""

from ganstudio.core.latent.latent import MOST_SEED, NOISE_FIXED, NOISE_OFF, Latent
from ganstudio.core.latent.parts import Mix, Point, Push, Weighted

__all__ = ["MOST_SEED", "NOISE_FIXED", "NOISE_OFF", "Latent", "Mix", "Point", "Push", "Weighted"]
