"""From the words of a command to a window on the screen; what is said where there can be none."""
