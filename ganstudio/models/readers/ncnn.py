"""ncnn networks: a text of layers (`.param`) and their numbers in one run (`.bin`).

The format is that of Tencent/ncnn (docs/developer-guide/param-and-model-file-structure.md; src/modelbin.cpp).
Only layers of networks on pictures are known; the numbers must be used up to the last byte.
"""

from __future__ import annotations

import math
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

from ganstudio.core.text import _
from ganstudio.models.readers import mapping
from ganstudio.models.readers.tensors import LazyTensor, Storage, contiguous_strides, itemsize, make_tensor
from ganstudio.models.readers.unreadable import Unreadable

PARAM_MAGIC = b"7767517"
MAX_PARAM = 8 * 2**20
MAX_LAYERS = 20_000
MAX_BLOBS_OF_LAYER = 4096
_ARRAY = -23300  # key -(23300 + k) holds an array under k

_FLOAT16, _FLOAT32, _INT8, _SCALED = 0x01306B47, 0, 0x000D4B38, 0x0002C056
BIN_MARKS = tuple(struct.pack("<I", mark) for mark in (_FLOAT16, _INT8, _SCALED))

Value = int | float | tuple[float, ...]


@dataclass(frozen=True)
class Layer:
    """One layer: `params` by ncnn's numbers (0 = outputs, 1 = kernel …), `weights` weight, bias, slope or data."""

    kind: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    params: dict[int, Value]
    weights: dict[str, LazyTensor] = field(default_factory=dict, repr=False)

    def integer(self, key: int, default: int = 0) -> int:
        value = self.params.get(key, default)
        if not isinstance(value, int):
            raise Unreadable(_("its layer {name} is described in an unknown way.").format(name=self.name))
        return value

    def real(self, key: int, default: float = 0.0) -> float:
        value = self.params.get(key, default)
        if isinstance(value, tuple):
            raise Unreadable(_("its layer {name} is described in an unknown way.").format(name=self.name))
        return float(value)

    def reals(self, key: int) -> tuple[float, ...]:
        value = self.params.get(key, ())
        return value if isinstance(value, tuple) else (float(value),)


@dataclass(frozen=True)
class Graph:
    """A network as its layers in the order in which they run."""

    layers: tuple[Layer, ...]

    def kinds(self) -> dict[str, int]:
        """How many layers there are of each kind, in order of appearance."""
        counted: dict[str, int] = {}
        for layer in self.layers:
            counted[layer.kind] = counted.get(layer.kind, 0) + 1
        return counted


def has_param_beside(path: Path) -> bool:
    """Whether `path` is a `.bin` whose `.param` lies beside it."""
    if path.suffix.lower() != ".bin":
        return False
    try:
        with path.with_suffix(".param").open("rb") as file:
            return file.read(64).lstrip().startswith(PARAM_MAGIC)
    except OSError:
        return False


def read_pair(path: Path, data: memoryview, kind: str) -> Graph:
    """The network of a pair, `data` being the half at `path` (`kind` ncnn-param or ncnn-bin)."""
    other = path.with_suffix(".bin" if kind == "ncnn-param" else ".param")
    if not other.is_file():
        raise Unreadable(
            _("it is one half of an ncnn model; the other half ({other}) must lie beside it.").format(other=other.name)
        )
    try:
        beside = mapping.mapped(other)
    except Unreadable as error:
        raise Unreadable(
            _("its other half {other} cannot be read: {why}").format(other=other.name, why=error.message)
        ) from error
    return read_graph(data, beside) if kind == "ncnn-param" else read_graph(beside, data)


def read_graph(param: memoryview, numbers: memoryview) -> Graph:
    """The layers with their weights, which must fill `numbers` exactly."""
    layers = parse_param(param)
    reader = _Numbers(numbers)
    loaded = []
    for layer in layers:
        weigh = _WEIGHTS.get(layer.kind)
        if weigh is None and layer.kind not in _WITHOUT_WEIGHTS:
            raise Unreadable(
                _("it is an ncnn network with a layer of a kind that is not known here ({kind}).").format(
                    kind=layer.kind
                )
            )
        weights = weigh(layer, reader) if weigh else {}
        loaded.append(
            Layer(layer.kind, layer.name, layer.inputs, layer.outputs, layer.params, weights) if weights else layer
        )
    if reader.position != len(numbers):
        raise Unreadable(
            _(
                "its .bin holds {count:,} bytes more than its .param describes; the two files do not belong together."
            ).format(count=len(numbers) - reader.position)
        )
    return Graph(tuple(loaded))


def parse_param(param: memoryview) -> list[Layer]:
    """The layers of a `.param` text, without weights."""
    if len(param) > MAX_PARAM:
        raise Unreadable(_("its .param is far larger than the description of a network."))
    lines = [line.split() for line in bytes(param).decode("utf-8", "replace").splitlines() if line.strip()]
    if not lines or lines[0] != [PARAM_MAGIC.decode()]:
        raise Unreadable(_("its .param is not an ncnn network."))
    if len(lines) < 2 or len(lines[1]) != 2 or not all(word.isdecimal() for word in lines[1]):
        raise Unreadable(_("its .param is damaged: the number of layers is missing."))
    count = int(lines[1][0]) if len(lines[1][0]) < 9 else MAX_LAYERS + 1
    if count > MAX_LAYERS:
        raise Unreadable(_("its .param claims more than {count:,} layers.").format(count=MAX_LAYERS))
    if len(lines) != count + 2:
        raise Unreadable(
            _("its .param should describe {count} layers but describes {found}; it was cut off.").format(
                count=count, found=len(lines) - 2
            )
        )
    layers = [_layer(words) for words in lines[2:]]
    made: set[str] = set()
    for layer in layers:
        if not made.issuperset(layer.inputs) or not made.isdisjoint(layer.outputs):
            raise Unreadable(
                _("its .param is damaged: layer {layer} does not fit the others.").format(layer=layer.name[:60])
            )
        made.update(layer.outputs)
    return layers


def _layer(words: list[str]) -> Layer:
    if len(words) < 4 or not words[2].isdecimal() or not words[3].isdecimal() or len(words[2] + words[3]) > 8:
        raise Unreadable(_("its .param is damaged: a line does not describe a layer."))
    ins, outs = int(words[2]), int(words[3])
    names = words[4 : 4 + ins + outs]
    if len(names) != ins + outs or max(ins, outs) > MAX_BLOBS_OF_LAYER:
        raise Unreadable(_("its .param is damaged: a layer lacks its inputs or outputs."))
    params = dict(_param(word) for word in words[4 + ins + outs :])
    return Layer(words[0], words[1], tuple(names[:ins]), tuple(names[ins:]), params)


def _param(word: str) -> tuple[int, Value]:
    """`0=64`, `1=4.0e+00`, `-23310=1,2.0e-01` (an array: its length first)."""
    match = re.fullmatch(r"(-?\d{1,6})=([\w.,+-]{1,4096})", word)
    if match is None:
        raise Unreadable(_("its .param is damaged: a layer is described in an unknown way."))
    key, text = int(match[1]), match[2]
    try:
        if key <= _ARRAY:
            count, *values = text.split(",")
            if int(count) != len(values):
                raise Unreadable(_("its .param is damaged: a list has another length than it says."))
            return _ARRAY - key, tuple(_number(value) for value in values)
        return key, int(text) if re.fullmatch(r"-?\d{1,12}", text) else _number(text)
    except ValueError as error:
        raise Unreadable(_("its .param is damaged: a number cannot be read.")) from error


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Unreadable(_("its .param holds an absurd number."))
    return number


class _Numbers:
    """The `.bin`, read from front to back."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.position = 0

    def tagged(self, shape: tuple[int, ...]) -> LazyTensor:
        """Weights behind a mark that tells their type."""
        mark = int.from_bytes(self._take(4), "little")
        if mark == _FLOAT16:
            tensor = self.plain(shape, "float16")
            self._take(-tensor.nbytes % 4)
            return tensor
        if mark == _FLOAT32:
            return self.plain(shape)
        raise Unreadable(
            _("its weights are stored as whole numbers (int8), which cannot be read. Use the fp16 version.")
        )

    def plain(self, shape: tuple[int, ...], dtype: str = "float32") -> LazyTensor:
        numel = math.prod(shape)
        storage = Storage(dtype, numel, self._take(numel * itemsize(dtype)))
        return make_tensor(storage, dtype, 0, shape, contiguous_strides(shape))

    def _take(self, length: int) -> memoryview:
        end = self.position + length
        if end > len(self.data):
            raise Unreadable(_("its .bin is shorter than its .param describes: a broken download, or another model's."))
        piece = self.data[self.position : end]
        self.position = end
        return piece


def _convolution(layer: Layer, reader: _Numbers) -> dict[str, LazyTensor]:
    """Weight (outputs, inputs / groups, height, width) and bias; the inputs follow from the number of weights."""
    outputs, width = layer.integer(0), layer.integer(1)
    height = layer.integer(11, width)
    kernel = outputs * width * height
    if min(outputs, width, height) < 1 or layer.integer(6) < kernel or layer.integer(6) % kernel:
        raise Unreadable(_("its layer {layer} is described in an impossible way.").format(layer=layer.name[:60]))
    if layer.integer(8):
        raise Unreadable(
            _("its weights are stored as whole numbers (int8), which cannot be read. Use the fp16 version.")
        )
    if layer.integer(19):
        raise Unreadable(
            _("its layer {layer} takes its weights from another layer; that cannot be read.").format(
                layer=layer.name[:60]
            )
        )
    weights = {"weight": reader.tagged((outputs, layer.integer(6) // kernel, height, width))}
    return weights | ({"bias": reader.plain((outputs,))} if layer.integer(5) else {})


def _inner_product(layer: Layer, reader: _Numbers) -> dict[str, LazyTensor]:
    outputs = layer.integer(0)
    if outputs < 1 or layer.integer(2) < outputs or layer.integer(2) % outputs or layer.integer(8):
        raise Unreadable(_("its layer {layer} is described in an impossible way.").format(layer=layer.name[:60]))
    weights = {"weight": reader.tagged((outputs, layer.integer(2) // outputs))}
    return weights | ({"bias": reader.plain((outputs,))} if layer.integer(1) else {})


def _prelu(layer: Layer, reader: _Numbers) -> dict[str, LazyTensor]:
    return {"slope": reader.plain((_size(layer, 0),))}


def _memory_data(layer: Layer, reader: _Numbers) -> dict[str, LazyTensor]:
    shape = tuple(_size(layer, key) for key in (2, 11, 1, 0) if layer.integer(key))
    return {"data": reader.plain(shape) if layer.integer(21, 1) else reader.tagged(shape)}


def _size(layer: Layer, key: int) -> int:
    size = layer.integer(key)
    if size < 1:
        raise Unreadable(_("its layer {layer} is described in an impossible way.").format(layer=layer.name[:60]))
    return size


_WEIGHTS = {
    "Convolution": _convolution,
    "ConvolutionDepthWise": _convolution,
    "Deconvolution": _convolution,
    "InnerProduct": _inner_product,
    "PReLU": _prelu,
    "MemoryData": _memory_data,
}
_WITHOUT_WEIGHTS = frozenset({
    "Input", "Split", "Concat", "Slice", "Eltwise", "BinaryOp", "UnaryOp", "Interp", "PixelShuffle",
    "Reorg", "ReLU", "Sigmoid", "Swish", "HardSwish", "HardSigmoid", "Mish", "GELU", "TanH", "Clip",
    "Pooling", "Padding", "Crop", "Reshape", "Permute", "Softmax", "Dropout", "Noop", "Flatten",
    "ExpandDims", "Squeeze", "Reduction",
})  # fmt: skip
