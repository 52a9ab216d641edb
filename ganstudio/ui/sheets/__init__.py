"""What floats over the window: palette, help, keys, about."""
