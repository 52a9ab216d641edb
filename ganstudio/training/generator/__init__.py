"""Generators: networks that make pictures out of random numbers, each with the discriminator it learns against."""
