"""Writing LLVM IR as text: functions, loops, addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager


class Function:
    """One function. `f("add i64 %a, 1")` emits an instruction and gives the name of its result."""

    # No red zone: Windows has none. Frames above a page are probed, as Windows wants it.
    ATTRIBUTES = 'nounwind noinline noredzone "probe-stack"="inline-asm" "frame-pointer"="none"'

    def __init__(self, name: str, arguments: str, result: str = "void", *, head: str = "internal") -> None:
        self.name = name
        self._count = 0
        self.lines = [f"define {head} {result} @{name}({arguments}) {self.ATTRIBUTES} {{", "entry:"]
        self.block = "entry"

    def new(self, prefix: str = "v") -> str:
        self._count += 1
        return f"{prefix}{self._count}"

    def __call__(self, instruction: str) -> str:
        value = "%" + self.new()
        self.lines.append(f" {value} = {instruction}")
        return value

    def do(self, instruction: str) -> None:
        self.lines.append(" " + instruction)

    def label(self, block: str) -> None:
        self.lines.append(block + ":")
        self.block = block

    def jump(self, block: str) -> None:
        self.do(f"br label %{block}")
        self.label(block)

    def at(self, pointer: str, offset: int | str) -> str:
        """The address `offset` bytes on."""
        return pointer if offset == 0 else self(f"getelementptr i8, ptr {pointer}, i64 {offset}")

    def mul(self, a: str, b: int | str) -> str:
        return self(f"mul i64 {a}, {b}")

    def add(self, a: str, b: int | str) -> str:
        return self(f"add i64 {a}, {b}")

    def i64(self, pointer: str, slot: int = 0) -> str:
        return self(f"load i64, ptr {self.at(pointer, 8 * slot)}")

    def ptr(self, pointer: str, slot: int = 0) -> str:
        return self(f"load ptr, ptr {self.at(pointer, 8 * slot)}")

    @contextmanager
    def when(self, condition: str) -> Iterator[None]:
        """What is emitted inside runs only where the i1 holds."""
        then, after = self.new("then"), self.new("after")
        self.do(f"br i1 {condition}, label %{then}, label %{after}")
        self.label(then)
        yield
        self.jump(after)

    def loop(self, end: int | str, body: Callable[[str], None], step: int = 1) -> None:
        """`i = 0; do body(i) while ((i += step) < end)`."""
        self.carry(end, [], lambda i, _: body(i) or [], step)

    def carry(
        self, end: int | str, initial: Sequence[tuple[str, str]], body: Callable[[str, list[str]], Sequence[str]],
        step: int = 1,
    ) -> list[str]:  # fmt: skip
        """A loop with values (type, name) that go from turn to turn; `body` gives their next names. Their last."""
        before, head, after = self.block, self.new("loop"), self.new("end")
        self.jump(head)
        place = len(self.lines)
        i = "%" + self.new("i")
        names = ["%" + self.new("c") for _ in initial]
        nexts = list(body(i, list(names)))
        following = self.add(i, step)
        more = self(f"icmp slt i64 {following}, {end}")
        back = self.block
        self.do(f"br i1 {more}, label %{head}, label %{after}")
        phis = [f" {i} = phi i64 [0, %{before}], [{following}, %{back}]"]
        for (kind, first), name, later in zip(initial, names, nexts, strict=True):
            phis.append(f" {name} = phi {kind} [{first}, %{before}], [{later}, %{back}]")
        self.lines[place:place] = phis
        self.label(after)
        return nexts

    def text(self, result: str = "void") -> str:
        return "\n".join([*self.lines, f" ret {result}", "}"])
