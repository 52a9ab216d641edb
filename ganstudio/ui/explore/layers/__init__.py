"""Which layers of the network what touches: directions, a second seed, what is held."""
