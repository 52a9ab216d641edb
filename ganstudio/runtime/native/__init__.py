"""Native: our own machine code for networks of 3×3 convolutions, made ahead of time (packaging/kernels.py).

`abi` is what code and program agree on, `images` finds and maps the code, `trial` runs it first in another process,
`graphs` says what a network computes in its terms, `packing` brings weights into its order, `layout` plans maps in
memory, `jobs` runs it.
"""
