"""Goals: one module for each kind of training, with `GOAL`, a `training.goal.Goal`. Torch-free to import."""
