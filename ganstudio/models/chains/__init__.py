"""Chains: small generators of others, whose files tell the weights and not how they are joined; read, and chosen."""
