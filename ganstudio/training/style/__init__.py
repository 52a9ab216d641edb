"""Style networks: photographs painted like any picture."""
