"""The parts of a layer: from a 6×6 window to 36 planes, their products, back to 4×4 pixels, and the two ends."""

from __future__ import annotations

from kernel_ir import Function
from kernel_math import Vector

from ganstudio.runtime.native.abi import TILES

# lanes: {vectors of outputs: tiles} that a product keeps in registers (24 of 32, or 12 of 16).
PRODUCTS = {16: {4: 6, 3: 8, 2: 12, 1: 12}, 8: {2: 6}, 4: {4: 6}}
CHUNK = 32  # bytes that copying moves at a time; a divisor of every pixel


def enter(v: Vector) -> str:
    """6×6 pixels at %src, rows %row and pixels %px bytes apart → 36 vectors, %plane bytes apart, of %words·4 bytes of
    channels. bfloat16: within each 32 (or a last 16) channels first the even, then the odd ones."""
    f = Function("enter", "ptr %src, i64 %row, i64 %px, ptr %out, i64 %words, i64 %plane")
    bytes_ = f.mul("%words", 4)
    columns = ["0"] + [f.mul("%px", j) for j in range(1, 6)]
    rows = ["%src"]
    for _ in range(5):
        rows.append(f.at(rows[-1], "%row"))
    across = ["0"] + [f.mul("%plane", j) for j in range(1, 6)]
    step = f.mul("%plane", 6)

    def chunk(part: Vector, offset: str) -> None:
        here = [f.at(row, offset) for row in rows]
        place = f.at("%out", offset)
        for half in (0, 1) if part.bf16 else (None,):

            def sample(i: int, j: int, half: int | None = half) -> str:
                pointer = here[i] if j == 0 else f.at(here[i], columns[j])
                return part.load(f, pointer) if half is None else part.half_of_pairs(f, pointer, half == 1)

            lines = [part.input_transform(f, [sample(i, j) for i in range(6)]) for j in range(6)]
            out = f.at(place, 2 * part.lanes * half if half else 0)
            for i in range(6):
                for j, value in enumerate(part.input_transform(f, [line[i] for line in lines])):
                    part.to_map(f, value, out if j == 0 else f.at(out, across[j]))
                out = f.at(out, step)

    if not v.bf16:
        f.loop(bytes_, lambda o: chunk(v, o), step=v.bytes)
        return f.text()
    full = f(f"and i64 {bytes_}, -64")
    with f.when(f(f"icmp sgt i64 {full}, 0")):
        f.loop(full, lambda o: chunk(v, o), step=64)
    with f.when(f(f"icmp slt i64 {full}, {bytes_}")):
        chunk(Vector(8, True), full)
    return f.text()


def product(v: Vector, wide: int) -> str:
    """For each of 36 planes (TILES × channels)·(channels × outputs): %v → %m; weights [36][%repeats][words]
    [wide·lanes]; `wide` vectors of outputs times some tiles stay in registers over all channels."""
    tall, unit = PRODUCTS[v.lanes][wide], wide * v.bytes
    f = Function(
        f"product{wide}",
        "ptr %v, ptr %m, ptr %weights, i64 %repeats, i64 %words, i64 %vslot, i64 %mslot, i64 %vplane, i64 %mplane",
    )
    width = f.mul("%words", unit)
    strides = [(f.mul("%vslot", m), f.mul("%mslot", m)) for m in range(tall)]
    pairs = "<32 x bfloat>"

    def multiply(x: str, w: str, total: str) -> str:
        if not v.bf16:
            return v.fma(f, w, x, total)
        a, b = (f(f"bitcast {v.kind} {value} to {pairs}") for value in (w, x))
        return f(f"call {v.kind} @llvm.x86.avx512bf16.dpbf16ps.512({v.kind} {total}, {pairs} {a}, {pairs} {b})")

    def tiles(weights: str, source: str, target: str) -> None:
        def words(k: str, totals: list[str]) -> list[str]:
            here, units = f.at(source, f.mul(k, 4)), f.at(weights, f.mul(k, unit))
            lines = [here if m == 0 else f.at(here, strides[m][0]) for m in range(tall)]
            for u in range(4):
                columns = [v.load(f, f.at(units, u * unit + n * v.bytes)) for n in range(wide)]
                for m in range(tall):
                    x = v.load_all(f, f.at(lines[m], 4 * u))
                    for n in range(wide):
                        totals[m * wide + n] = multiply(x, columns[n], totals[m * wide + n])
            return totals

        zeros = [(v.kind, "zeroinitializer")] * (tall * wide)
        for place, total in enumerate(f.carry("%words", zeros, words, step=4)):
            line = f.at(target, strides[place // wide][1]) if place // wide else target
            v.store(f, total, f.at(line, place % wide * v.bytes))

    def repeat(plane: str, r: str) -> None:
        weights = f.at("%weights", f.mul(f.add(f.mul(plane, "%repeats"), r), width))
        source = f.at("%v", f.mul(plane, "%vplane"))
        target = f.at(f.at("%m", f.mul(plane, "%mplane")), f.mul(r, unit))
        f.loop(
            TILES, lambda t: tiles(weights, f.at(source, f.mul(t, "%vslot")), f.at(target, f.mul(t, "%mslot"))), tall
        )

    f.loop(36, lambda plane: f.loop("%repeats", lambda r: repeat(plane, r)))
    return f.text()


def leave(v: Vector, kind: str) -> str:
    """36 planes of products at %m → 4×4 pixels at %out, with what follows the convolution: bias and, by `kind`,
    "act": the rectifier; "add1", "add2": factor·y + factors·(one or two maps of the result's layout); "last": nothing,
    and float32 in any case."""
    added = {"add1": 1, "add2": 2}.get(kind, 0)
    f = Function(
        f"leave_{kind}",
        "ptr %m, ptr %bias, ptr %slope, ptr %out, i64 %row, i64 %px, i64 %vectors, i64 %plane, "
        "ptr %one, ptr %two, i64 %maprow, i64 %mappx, ptr %factors",
    )
    across = ["0"] + [f.mul("%plane", j) for j in range(1, 6)]
    step = f.mul("%plane", 6)
    factors = [v.load_all(f, f.at("%factors", 4 * n)) for n in range(added + 1)] if added else []
    bias_in_plane = v.points[0] == 1  # the point (1, 1) reaches all outputs with factor 1
    sample = 4 if kind == "last" else v.sample

    def vector(n: str) -> None:
        floats = f.mul(n, v.bytes)
        bias = v.load(f, f.at("%bias", floats))
        slope = v.load(f, f.at("%slope", floats)) if kind == "act" else ""
        rows = [f.at("%m", floats)]
        for _ in range(5):
            rows.append(f.at(rows[-1], step))

        def plane(i: int, j: int) -> str:
            value = v.load(f, rows[i] if j == 0 else f.at(rows[i], across[j]))
            return v.add(f, value, bias) if bias_in_plane and i == j == 1 else value

        lines = [v.output_transform(f, [plane(i, j) for i in range(6)]) for j in range(6)]
        out = f.at("%out", f.mul(n, v.lanes * sample))
        maps = [f.at(name, f.mul(n, v.lanes * v.sample)) for name in ("%one", "%two")[:added]]
        for i in range(4):
            here, there = out, list(maps)
            for j, y in enumerate(v.output_transform(f, [line[i] for line in lines])):
                y = y if bias_in_plane else v.add(f, y, bias)
                if kind == "act":
                    y = v.rectify(f, y, slope)
                if added:
                    y = v.mul(f, y, factors[0])
                    for factor, pointer in zip(factors[1:], there, strict=True):
                        y = v.fma(f, factor, v.from_map(f, pointer), y)
                v.store(f, y, here) if kind == "last" else v.to_map(f, y, here)
                if j < 3:
                    here, there = f.at(here, "%px"), [f.at(pointer, "%mappx") for pointer in there]
            if i < 3:
                out, maps = f.at(out, "%row"), [f.at(pointer, "%maprow") for pointer in maps]

    f.loop("%vectors", vector)
    return f.text()


def last(shuffle: int, colours: int, based: bool) -> str:
    """%ny × %nx pixels of shuffle²·colours floats in the order (row, column, colour), a row of four %px·4 bytes → float
    pixels at %out, `shuffle` times as many each way; with the picture at %base repeated and added where `based`."""
    n = shuffle * colours
    kind = f"<{n} x float>"
    f = Function(
        f"last_{shuffle}_{colours}_{int(based)}",
        "ptr %from, i64 %px, ptr %out, i64 %row, ptr %base, i64 %baserow, i64 %nx, i64 %ny",
    )

    def pixel(y: str, x: str) -> None:
        source = f.at("%from", f.mul(f.add(f.mul(y, 4), x), "%px"))
        out = f.at(f.at("%out", f.mul(f.mul(y, "%row"), shuffle)), f.mul(x, 4 * n))
        repeated = ""
        if based:
            picture = f.at(f.at("%base", f.mul(y, "%baserow")), f.mul(x, 4 * colours))
            one = f(f"load <{colours} x float>, ptr {picture}, align 4")
            places = ", ".join(f"i32 {i % colours}" for i in range(n))
            repeated = f(f"shufflevector <{colours} x float> {one}, <{colours} x float> poison, <{n} x i32> <{places}>")
        for i in range(shuffle):
            value = f(f"load {kind}, ptr {f.at(source, i * n * 4)}, align 4")
            value = f(f"fadd {kind} {value}, {repeated}") if based else value
            f.do(f"store {kind} {value}, ptr {out}, align 4")
            out = f.at(out, "%row")

    f.loop("%ny", lambda y: f.loop("%nx", lambda x: pixel(y, x)))
    return f.text()


def first(v: Vector, wide: int, colours: int) -> str:
    """4×4 pixels of a float picture at %src (6×6 with the surroundings) by a 3×3 convolution as it is written, bias and
    rectifier → %out; weights [9·colours][wide·lanes]."""
    f = Function(
        f"first{wide}_{colours}",
        "ptr %src, i64 %srcrow, ptr %out, i64 %row, i64 %px, ptr %weights, ptr %bias, ptr %slope",
    )
    bias = [v.load(f, f.at("%bias", n * v.bytes)) for n in range(wide)]
    slope = [v.load(f, f.at("%slope", n * v.bytes)) for n in range(wide)]

    def line(y: str) -> None:
        rows = [f.at("%src", f.mul(y, "%srcrow"))]
        for _ in range(2):
            rows.append(f.at(rows[-1], "%srcrow"))
        totals = bias * 4
        for k in range(9 * colours):
            weights = [v.load(f, f.at("%weights", (k * wide + n) * v.bytes)) for n in range(wide)]
            for m in range(4):
                x = v.load_all(f, f.at(rows[k // (3 * colours)], 4 * (m * colours + k % (3 * colours))))
                for n in range(wide):
                    totals[m * wide + n] = v.fma(f, weights[n], x, totals[m * wide + n])
        out = f.at("%out", f.mul(y, "%row"))
        for m in range(4):
            for n in range(wide):
                y_ = v.rectify(f, totals[m * wide + n], slope[n])
                v.to_map(f, y_, f.at(out, n * v.lanes * v.sample))
            out = f.at(out, "%px") if m < 3 else out

    f.loop(4, line)
    return f.text()


def edge() -> str:
    """The %ny × %nx valid pixels of a 4×4 tile that was computed aside: to where they belong."""
    f = Function("edge", "ptr %out, i64 %row, i64 %px, ptr %from, i64 %bytes, i64 %nx, i64 %ny")
    wide = f.mul("%px", 4)

    def pixel(y: str, x: str) -> None:
        across = f.mul(x, "%px")
        out = f.at(f.at("%out", f.mul(y, "%row")), across)
        source = f.at(f.at("%from", f.mul(y, wide)), across)
        f.loop("%bytes", lambda o: move(f, f.at(source, o), [f.at(out, o)]), CHUNK)

    f.loop("%ny", lambda y: f.loop("%nx", lambda x: pixel(y, x)))
    return f.text()


def move(f: Function, source: str, targets: list[str]) -> None:
    value = f(f"load <8 x float>, ptr {source}, align 4")
    for target in targets:
        f.do(f"store <8 x float> {value}, ptr {target}, align 4")
