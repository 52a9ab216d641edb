"""The window: what a person sees and touches. PySide6 here, torch never."""
