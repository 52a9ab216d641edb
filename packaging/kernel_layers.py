"""Layers that take blocks of work from each other's ranges, and the driver that runs all layers of a job."""

from __future__ import annotations

from collections.abc import Callable

from kernel_ir import Function
from kernel_parts import CHUNK, move

from ganstudio.runtime.native.abi import DONE, SIDE, SLICE, TILES, Group, Job, Layer, Thread

# A thread that waits looks so often, then gives up its time; after so many times it comes back to the program.
_SPINS, _YIELDS = 200, 1000


class LayerFunction(Function):
    """`layer(arguments, thread) → DONE or SLICE`."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "ptr %a, ptr %t", "i64")

    def number(self, slot: Layer) -> str:
        return self.i64("%a", slot)

    def address(self, slot: Layer) -> str:
        return self.ptr("%a", slot)

    def blocks(self, body: Callable[[str], None]) -> str:
        """Each thread owns a range of blocks (its part of a map stays in its cache); when that is done it helps with
        the others'. A range is (next, end) in 64 bytes of its own. A block may be begun while the budget lasts."""
        ranges, threads, cost = self.address(Layer.RANGES), self.number(Layer.THREADS), self.number(Layer.COST)
        index, budget = self.i64("%t", Thread.INDEX), self.at("%t", 8 * Thread.BUDGET)

        def helped(n: str) -> None:
            line = self.at(ranges, self.mul(self(f"srem i64 {self.add(index, n)}, {threads}"), 64))
            end = self.i64(line, 1)
            top, spent, take, go, out = (self.new(name) for name in ("top", "spent", "take", "go", "out"))
            self.jump(top)
            left = self.i64(budget)
            self.do(f"br i1 {self(f'icmp sgt i64 {left}, 0')}, label %{take}, label %{spent}")
            self.label(spent)
            self.do(f"ret i64 {SLICE}")
            self.label(take)
            block = self(f"atomicrmw add ptr {line}, i64 1 monotonic")
            self.do(f"br i1 {self(f'icmp slt i64 {block}, {end}')}, label %{go}, label %{out}")
            self.label(go)
            body(block)
            self.do(f"store i64 {self(f'sub i64 {left}, {cost}')}, ptr {budget}")
            self.do(f"br label %{top}")
            self.label(out)

        self.loop(threads, helped)
        return self.text(f"i64 {DONE}")


class _Maps:
    """What layers of tiles have in common: the maps, and the place of a tile in them."""

    def __init__(self, f: LayerFunction) -> None:
        self.f = f
        self.source, self.out, self.table = f.address(Layer.IN), f.address(Layer.OUT), f.address(Layer.TABLE)
        self.in_px, self.in_row = f.number(Layer.IN_PIXEL), f.number(Layer.IN_ROW)
        self.out_px, self.out_row = f.number(Layer.OUT_PIXEL), f.number(Layer.OUT_ROW)
        self.row_pixels = f.number(Layer.ROW_PIXELS)
        self.scratch = f.ptr("%t", Thread.SCRATCH)
        self.aside = f.at(self.scratch, f.number(Layer.EDGE_AT))
        self.bytes = f.number(Layer.OUT_BYTES)

    def entry(self, block: str, tile: str) -> tuple[str, str, str]:
        """Of a tile: the number of its first pixel in a map, its valid columns and rows."""
        f = self.f
        at = f.at(f.at(self.table, f.mul(block, TILES * 16)), f.mul(tile, 16))
        valid = f.i64(at, 1)
        return f.i64(at), f(f"and i64 {valid}, 7"), f(f"lshr i64 {valid}, 3")

    def window(self, pixel: str) -> str:
        """Where the 6×6 pixels around a tile begin."""
        f = self.f
        corner = f(f"sub i64 {pixel}, {f.add(self.row_pixels, 1)}")
        return f.at(self.source, f.mul(corner, self.in_px))

    def target(self, pixel: str, nx: str, ny: str) -> tuple[str, str, str, str]:
        """(out, where to compute to, its row pitch, whether all of the tile is valid)."""
        f = self.f
        full = f(f"icmp eq i64 {f.mul(nx, ny)}, {SIDE * SIDE}")
        out = f.at(self.out, f.mul(pixel, self.out_px))
        to = f(f"select i1 {full}, ptr {out}, ptr {self.aside}")
        row = f(f"select i1 {full}, i64 {self.out_row}, i64 {f.mul(self.out_px, 4)}")
        return out, to, row, full

    def settle(self, out: str, full: str, nx: str, ny: str) -> None:
        f = self.f
        with f.when(f(f"xor i1 {full}, true")):
            f.do(
                f"call void @edge(ptr {out}, i64 {self.out_row}, i64 {self.out_px}, ptr {self.aside}, "
                f"i64 {self.bytes}, i64 {nx}, i64 {ny})"
            )


def winograd(is_last: bool) -> str:
    """3×3 convolution with zero padding by F(4×4, 3×3); `is_last`: through the pixel shuffle into the result."""
    f = LayerFunction("winograd_last" if is_last else "winograd")
    maps = _Maps(f)
    words, vectors = f.number(Layer.K), f.number(Layer.OUT_VECTORS)
    vslot, vplane, mslot, mplane = (
        f.number(slot) for slot in (Layer.V_SLOT, Layer.V_PLANE, Layer.M_SLOT, Layer.M_PLANE)
    )
    products = f.at(maps.scratch, f.number(Layer.M_AT))
    weights, bias, slope, factors = (
        f.address(slot) for slot in (Layer.WEIGHTS, Layer.BIAS, Layer.SLOPE, Layer.FACTORS_AT)
    )
    one, two = f.address(Layer.FIRST_ADDED), f.address(Layer.SECOND_ADDED)
    groups_at, groups = f.address(Layer.GROUPS_AT), f.number(Layer.GROUPS)
    leave, result, base = f.address(Layer.LEAVE), f.address(Layer.LAST), f.address(Layer.BASE)
    result_row, down, across = (f.number(slot) for slot in (Layer.RESULT_ROW, Layer.RESULT_DOWN, Layer.RESULT_ACROSS))
    base_px = f.number(Layer.BASE_PIXEL)

    def enter(block: str, tile: str) -> None:
        pixel, _, _ = maps.entry(block, tile)
        to = f.at(maps.scratch, f.mul(tile, vslot))
        f.do(
            f"call void @enter(ptr {maps.window(pixel)}, i64 {maps.in_row}, i64 {maps.in_px}, ptr {to}, i64 {words}, "
            f"i64 {vplane})"
        )

    def multiply(n: str) -> None:
        group = f.at(groups_at, f.mul(n, 8 * Group.SIZE))
        out, at = f.at(products, f.i64(group, Group.M_AT)), f.at(weights, f.i64(group, Group.WEIGHTS_AT))
        f.do(
            f"call void {f.ptr(group, Group.PRODUCT)}(ptr {maps.scratch}, ptr {out}, ptr {at}, "
            f"i64 {f.i64(group, Group.REPEATS)}, i64 {words}, i64 {vslot}, i64 {mslot}, i64 {vplane}, i64 {mplane})"
        )

    def left(tile: str, to: str, row: str, px: str, pixel: str) -> None:
        offset = f.mul(pixel, maps.out_px)
        f.do(
            f"call void {leave}(ptr {f.at(products, f.mul(tile, mslot))}, ptr {bias}, ptr {slope}, ptr {to}, "
            f"i64 {row}, i64 {px}, i64 {vectors}, i64 {mplane}, ptr {f.at(one, offset)}, ptr {f.at(two, offset)}, "
            f"i64 {maps.out_row}, i64 {maps.out_px}, ptr {factors})"
        )

    def leave_to_map(block: str, tile: str) -> None:
        pixel, nx, ny = maps.entry(block, tile)
        out, to, row, full = maps.target(pixel, nx, ny)
        left(tile, to, row, maps.out_px, pixel)
        maps.settle(out, full, nx, ny)

    def leave_to_result(block: str, tile: str) -> None:
        pixel, nx, ny = maps.entry(block, tile)
        left(tile, maps.aside, f.mul(maps.out_px, 4), maps.out_px, "0")
        y = f.add(f(f"sdiv i64 {pixel}, {maps.row_pixels}"), -1)
        x = f.add(f(f"srem i64 {pixel}, {maps.row_pixels}"), -1)
        out = f.at(f.at(maps.out, f.mul(y, down)), f.mul(x, across))
        there = f.at(base, f.mul(pixel, base_px))
        f.do(
            f"call void {result}(ptr {maps.aside}, i64 {maps.out_px}, ptr {out}, i64 {result_row}, "
            f"ptr {there}, i64 {f.mul(maps.row_pixels, base_px)}, i64 {nx}, i64 {ny})"
        )

    def body(block: str) -> None:
        f.loop(TILES, lambda tile: enter(block, tile))
        f.loop(groups, multiply)
        f.loop(TILES, lambda tile: leave_to_result(block, tile) if is_last else leave_to_map(block, tile))

    return f.blocks(body)


def direct() -> str:
    """The first layer: a 3×3 convolution of a float picture, as it is written."""
    f = LayerFunction("direct")
    maps = _Maps(f)
    weights, bias, slope = f.address(Layer.WEIGHTS), f.address(Layer.BIAS), f.address(Layer.SLOPE)
    groups_at, groups = f.address(Layer.GROUPS_AT), f.number(Layer.GROUPS)

    def tile(block: str, n: str) -> None:
        pixel, nx, ny = maps.entry(block, n)
        out, to, row, full = maps.target(pixel, nx, ny)
        window = maps.window(pixel)

        def group(g: str) -> None:
            at = f.at(groups_at, f.mul(g, 8 * Group.SIZE))
            offset = f.i64(at, Group.PARAMETERS_AT)
            f.do(
                f"call void {f.ptr(at, Group.PRODUCT)}(ptr {window}, i64 {maps.in_row}, "
                f"ptr {f.at(to, f.i64(at, Group.OUT_AT))}, i64 {row}, i64 {maps.out_px}, "
                f"ptr {f.at(weights, f.i64(at, Group.WEIGHTS_AT))}, ptr {f.at(bias, offset)}, "
                f"ptr {f.at(slope, offset)})"
            )

        f.loop(groups, group)
        maps.settle(out, full, nx, ny)

    return f.blocks(lambda block: f.loop(TILES, lambda n: tile(block, n)))


def double() -> str:
    """A map twice as large each way, every pixel four times; a block is a row."""
    f = LayerFunction("double")
    maps = _Maps(f)
    width = f.number(Layer.WIDTH)

    def row(y: str) -> None:
        source = f.at(f.at(maps.source, f.mul(f.add(y, 1), maps.in_row)), maps.in_px)
        out = f.at(f.at(maps.out, f.mul(f.add(f.mul(y, 2), 1), maps.out_row)), maps.out_px)

        def pixel(x: str) -> None:
            from_, to = f.at(source, f.mul(x, maps.in_px)), f.at(out, f.mul(x, f.mul(maps.out_px, 2)))
            four = [to, f.at(to, maps.out_px), f.at(to, maps.out_row)]
            four.append(f.at(four[2], maps.out_px))
            f.loop(maps.bytes, lambda o: move(f, f.at(from_, o), [f.at(place, o) for place in four]), CHUNK)

        f.loop(width, pixel)

    return f.blocks(row)


def border() -> str:
    """Zeros around the WIDTH × HEIGHT pixels of a map; a block is a row of it."""
    f = LayerFunction("border")
    maps = _Maps(f)
    width, height = f.number(Layer.WIDTH), f.number(Layer.HEIGHT)

    def clear(start: str, bytes_: str) -> None:
        f.loop(bytes_, lambda o: f.do(f"store <8 x float> zeroinitializer, ptr {f.at(start, o)}, align 4"), CHUNK)

    def row(y: str) -> None:
        at = f.at(maps.out, f.mul(y, maps.out_row))
        above, below = f(f"icmp eq i64 {y}, 0"), f(f"icmp sgt i64 {y}, {height}")
        outside = f(f"or i1 {above}, {below}")
        with f.when(outside):
            clear(at, maps.out_row)
        with f.when(f(f"xor i1 {outside}, true")):
            clear(at, maps.out_px)
            right = f.mul(f.add(width, 1), maps.out_px)
            clear(f.at(at, right), f(f"sub i64 {maps.out_row}, {right}"))

    return f.blocks(row)


def driver(convention: str, name: str, pause: str) -> str:
    """`run(job, thread) → DONE or SLICE`: the layers in order, all threads together at the end of each. Called again
    after SLICE it goes on where it was. `convention`: of the system that calls it and whose yield it calls."""
    head = f"dso_local {convention}"
    f = Function(name, "ptr %job, i64 %index", "i64", head=head)
    layers, count, threads = f.ptr("%job", Job.LAYERS), f.i64("%job", Job.COUNT), f.i64("%job", Job.THREADS)
    barrier, give_way = f.ptr("%job", Job.BARRIER), f.ptr("%job", Job.YIELD)
    thread = f.at(f.ptr("%job", Job.THREADS_AT), f.mul("%index", 8 * Thread.SIZE))
    layer_at, arrived_at = f.at(thread, 8 * Thread.LAYER), f.at(thread, 8 * Thread.ARRIVED)
    f.do(f"store i64 {f.i64('%job', Job.SLICE_COST)}, ptr {f.at(thread, 8 * Thread.BUDGET)}")
    top, work, done, again = (f.new(name) for name in ("top", "work", "done", "again"))
    f.jump(top)
    layer = f.i64(layer_at)
    f.do(f"br i1 {f(f'icmp slt i64 {layer}, {count}')}, label %{work}, label %{done}")
    f.label(work)
    with f.when(f(f"icmp eq i64 {f.i64(arrived_at)}, 0")):
        arguments = f.at(layers, f.mul(layer, 8 * Layer.SIZE))
        state = f(f"call i64 {f.ptr(arguments, Layer.KERNEL)}(ptr {arguments}, ptr {thread})")
        finished = f.new("finished")
        f.do(f"br i1 {f(f'icmp eq i64 {state}, {DONE}')}, label %{finished}, label %{again}")
        f.label(finished)
        f(f"atomicrmw add ptr {barrier}, i64 1 seq_cst")
        f.do(f"store i64 1, ptr {arrived_at}")
    wanted = f.mul(f.add(layer, 1), threads)
    passed = f.new("passed")

    def look(_: str) -> None:
        if pause:
            f.do(pause)
        waiting = f.new("waiting")
        there = f(f"load atomic i64, ptr {barrier} seq_cst, align 8")
        f.do(f"br i1 {f(f'icmp slt i64 {there}, {wanted}')}, label %{waiting}, label %{passed}")
        f.label(waiting)

    def wait(_: str) -> None:
        f.loop(_SPINS, look)
        f(f"call {convention} i32 {give_way}()")

    f.loop(_YIELDS, wait)
    f.jump(again)
    f.do(f"ret i64 {SLICE}")
    f.label(passed)
    f.do(f"store i64 {f.add(layer, 1)}, ptr {layer_at}")
    f.do(f"store i64 0, ptr {arrived_at}")
    f.do(f"br label %{top}")
    f.label(done)
    return f.text(f"i64 {DONE}")
