"""Project a photo: the Latent that comes nearest to it."""
