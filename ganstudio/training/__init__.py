"""What learns: data, degradations, losses, steps, the loop, snapshots and Plans."""
