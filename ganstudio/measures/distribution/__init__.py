"""Measures between two sets of pictures, mostly of their feature vectors: one subject a file.

All are symmetric in how they treat both sets unless said, and all want both sets to have gone through the same resize
and the same file. A figure without its floor (real against real, same n) says nothing: see `measures.sets`.
"""
