"""Explore: a generator's latent space under one's hands."""
