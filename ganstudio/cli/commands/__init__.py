"""Commands that are not Tools: one module each, with SUMMARY and run(words) → exit code."""
