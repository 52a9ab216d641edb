"""What runs when: batches of Jobs, their queue, its journal on disk, and the engine that works through it."""
