"""Measures of a result beside the truth: one file each, found by `core.discovery.discover`.

Every module has `TITLE`, `UNIT`, `HIGHER_IS_BETTER` and `measure(result, truth, border) -> float` on two
uint8 pictures of equal shape (H×W×3, or H×W for one channel), `border` pixels cut off every side.
"""
