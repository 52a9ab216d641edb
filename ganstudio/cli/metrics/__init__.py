"""What `ganstudio metrics` does: one room for each kind of thing that is measured, and one for how it is told."""
