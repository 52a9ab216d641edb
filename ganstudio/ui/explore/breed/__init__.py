"""Breeding: children of pictures one likes, and the family tree they make."""
