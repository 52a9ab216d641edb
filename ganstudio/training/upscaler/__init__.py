"""Upscalers and restorers: pairs of pictures, networks, losses, the Trainee. Plans are torch-free."""
