"""Vectors of `lanes` floats in LLVM IR, and the one-dimensional transforms of Winograd's F(4, 3).

A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks" (CVPR 2016); the transforms for the points
0, ±a, ±b, ∞ by Toom–Cook interpolation. The counterpart for the weights is `ganstudio.runtime.native.abi.transform`.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kernel_ir import Function

from ganstudio.runtime.native.abi import POINTS


def constant(value: Fraction | float) -> str:
    """A float constant as LLVM writes it: the double that equals it."""
    single = struct.unpack("<f", struct.pack("<f", float(value)))[0]
    return f"float 0x{struct.unpack('<Q', struct.pack('<d', single))[0]:016X}"


@dataclass(frozen=True)
class Vector:
    """Operations on vectors of `lanes` floats; feature maps are bfloat16 where `bf16`, else float32."""

    lanes: int
    bf16: bool

    @property
    def kind(self) -> str:
        return f"<{self.lanes} x float>"

    @property
    def sample(self) -> int:
        """Bytes of a channel in a feature map."""
        return 2 if self.bf16 else 4

    @property
    def bytes(self) -> int:
        return 4 * self.lanes

    @property
    def points(self) -> tuple[Fraction, Fraction]:
        return POINTS["bf16" if self.bf16 else "fp32"]

    def splat(self, value: Fraction | float) -> str:
        return f"splat ({constant(value)})"

    def add(self, f: Function, a: str, b: str) -> str:
        return f(f"fadd {self.kind} {a}, {b}")

    def sub(self, f: Function, a: str, b: str) -> str:
        return f(f"fsub {self.kind} {a}, {b}")

    def mul(self, f: Function, a: str, b: str) -> str:
        return f(f"fmul {self.kind} {a}, {b}")

    def fma(self, f: Function, a: str, b: str, c: str) -> str:
        """a·b + c, rounded once."""
        kind = self.kind
        return f(f"call {kind} @llvm.fma.v{self.lanes}f32({kind} {a}, {kind} {b}, {kind} {c})")

    def scaled(self, f: Function, factor: Fraction, x: str) -> str:
        return x if factor == 1 else self.mul(f, x, self.splat(factor))

    def plus(self, f: Function, factor: Fraction, x: str, y: str) -> str:
        """factor·x + y."""
        if factor == 1:
            return self.add(f, x, y)
        return self.sub(f, y, x) if factor == -1 else self.fma(f, x, self.splat(factor), y)

    def load(self, f: Function, pointer: str) -> str:
        return f(f"load {self.kind}, ptr {pointer}, align 4")

    def load_all(self, f: Function, pointer: str) -> str:
        """Four bytes into every lane."""
        return self.spread(f, f(f"load float, ptr {pointer}, align 4"))

    def spread(self, f: Function, scalar: str) -> str:
        one = f(f"insertelement {self.kind} poison, float {scalar}, i64 0")
        return f(f"shufflevector {self.kind} {one}, {self.kind} poison, <{self.lanes} x i32> zeroinitializer")

    def store(self, f: Function, value: str, pointer: str) -> None:
        f.do(f"store {self.kind} {value}, ptr {pointer}, align 4")

    def store_bf16(self, f: Function, value: str, pointer: str) -> None:
        """Rounded to nearest even."""
        n = self.lanes
        half = f(f"call <{n} x bfloat> @llvm.x86.avx512bf16.cvtneps2bf16.{32 * n}({self.kind} {value})")
        f.do(f"store <{n} x bfloat> {half}, ptr {pointer}, align 2")

    def to_map(self, f: Function, value: str, pointer: str) -> None:
        self.store_bf16(f, value, pointer) if self.bf16 else self.store(f, value, pointer)

    def from_map(self, f: Function, pointer: str) -> str:
        """`lanes` channels of a feature map, in their order."""
        if not self.bf16:
            return self.load(f, pointer)
        n = self.lanes
        wide = f(f"zext <{n} x i16> {f(f'load <{n} x i16>, ptr {pointer}, align 2')} to <{n} x i32>")
        return f(f"bitcast <{n} x i32> {f(f'shl <{n} x i32> {wide}, splat (i32 16)')} to {self.kind}")

    def half_of_pairs(self, f: Function, pointer: str, odd: bool) -> str:
        """Of 2·lanes bfloat16 channels the even or the odd ones: one mask or one shift."""
        n = self.lanes
        pairs = f(f"load <{n} x i32>, ptr {pointer}, align 4")
        bits = f"and <{n} x i32> {pairs}, splat (i32 -65536)" if odd else f"shl <{n} x i32> {pairs}, splat (i32 16)"
        return f(f"bitcast <{n} x i32> {f(bits)} to {self.kind}")

    def rectify(self, f: Function, y: str, slope: str) -> str:
        """y where it is not negative, slope·y elsewhere: ReLU, LeakyReLU and PReLU."""
        negative = f(f"fcmp olt {self.kind} {y}, zeroinitializer")
        return f(f"select <{self.lanes} x i1> {negative}, {self.kind} {self.mul(f, y, slope)}, {self.kind} {y}")

    def input_transform(self, f: Function, d: Sequence[str]) -> list[str]:
        """Bᵀ: 6 samples → 6."""
        a, b = self.points
        a2, b2 = a * a, b * b
        even_a, odd_a = self.plus(f, -b2, d[2], d[4]), self.plus(f, -b2, d[1], d[3])
        even_b, odd_b = self.plus(f, -a2, d[2], d[4]), self.plus(f, -a2, d[1], d[3])

        def end(x: str, y: str, z: str) -> str:
            return self.plus(f, a2 * b2, x, self.plus(f, -(a2 + b2), y, z))

        return [
            end(d[0], d[2], d[4]),
            self.plus(f, a, odd_a, even_a), self.plus(f, -a, odd_a, even_a),
            self.plus(f, b, odd_b, even_b), self.plus(f, -b, odd_b, even_b),
            end(d[1], d[3], d[5]),
        ]  # fmt: skip

    def output_transform(self, f: Function, m: Sequence[str]) -> list[str]:
        """Aᵀ, its columns scaled: 6 products → 4 samples."""
        a, b = self.points
        sum_a, gap_a = self.add(f, m[1], m[2]), self.sub(f, m[1], m[2])
        sum_b, gap_b = self.add(f, m[3], m[4]), self.sub(f, m[3], m[4])
        return [
            self.plus(f, 1 / b, sum_b, self.plus(f, 1 / a, sum_a, m[0])),
            self.add(f, gap_a, gap_b),
            self.plus(f, b, sum_b, self.scaled(f, a, sum_a)),
            self.plus(f, b * b, gap_b, self.plus(f, a * a, gap_a, m[5])),
        ]
