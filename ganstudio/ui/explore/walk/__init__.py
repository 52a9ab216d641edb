"""Walk: a film through latent space."""
