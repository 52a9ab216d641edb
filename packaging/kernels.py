"""Makes the machine code of `ganstudio.runtime.native`, ahead of time, with llvmlite (a tool of the developers only).

    python packaging/kernels.py [--check]

Writes resources/kernels/TARGET.bin and manifest.json; `--check` compares with what is there instead and says what
differs. The same llvmlite gives the same bytes on every machine. Calling conventions of System V and of Windows are
both in each image of x86-64: two entries into the same code.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import kernel_layers as layers  # noqa: E402
import kernel_parts as parts  # noqa: E402
from kernel_link import flat_image  # noqa: E402
from kernel_math import Vector  # noqa: E402

from ganstudio.runtime.native.abi import ABI, COLOURS, SHUFFLES  # noqa: E402

FOLDER = ROOT / "resources" / "kernels"


@dataclass(frozen=True)
class Target:
    """`needs` are the flags by which the program knows that a CPU has what the code uses."""

    name: str
    triple: str
    features: str
    needs: tuple[str, ...]
    vector: Vector

    @property
    def dtype(self) -> str:
        return "bf16" if self.vector.bf16 else "fp32"


# x18 belongs to the system on Windows.
_X86, _ARM = "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"
_AVX2 = "+avx,+avx2,+fma"
_AVX512 = f"{_AVX2},+avx512f,+avx512bw,+avx512vl,+avx512dq"
_NEEDS_AVX512 = ("avx512_f", "avx512_bw", "avx512_vl", "avx512_dq", "fma3")
TARGETS = (
    Target("x86-64-avx2-fp32", _X86, _AVX2, ("avx2", "fma3"), Vector(8, False)),
    Target("x86-64-avx512-fp32", _X86, _AVX512, _NEEDS_AVX512, Vector(16, False)),
    Target("x86-64-avx512-bf16", _X86, f"{_AVX512},+avx512bf16", (*_NEEDS_AVX512, "avx512_bf16"), Vector(16, True)),
    Target("aarch64-neon-fp32", _ARM, "+neon,+reserve-x18,-outline-atomics", (), Vector(4, False)),
)


def ir(target: Target) -> str:
    """The whole module as LLVM IR."""
    v, x86 = target.vector, target.triple == _X86
    text = [f'target triple = "{target.triple}"', *_declarations(v, x86)]
    widths = sorted(parts.PRODUCTS[v.lanes])
    text += [parts.enter(v), *(parts.product(v, wide) for wide in widths), parts.edge()]
    text += [parts.leave(v, kind) for kind in ("act", "add1", "add2", "last")]
    text += [parts.first(v, wide, colours) for wide in widths for colours in COLOURS]
    text += [parts.last(shuffle, colours, True) for shuffle in SHUFFLES for colours in COLOURS]
    text += [parts.last(1, colours, False) for colours in COLOURS]
    text += [layers.winograd(False), layers.winograd(True), layers.direct(), layers.double(), layers.border()]
    if x86:
        pause = "call void @llvm.x86.sse2.pause()"
        text += [
            layers.driver("x86_64_sysvcc", "run_sysv", pause),
            layers.driver("win64cc", "run_win64", pause),
        ]
    else:
        text.append(layers.driver("ccc", "run_aapcs64", ""))
    return "\n".join(text)


def _declarations(v: Vector, x86: bool) -> list[str]:
    made = [f"declare {v.kind} @llvm.fma.v{v.lanes}f32({v.kind}, {v.kind}, {v.kind})"]
    if x86:
        made.append("declare void @llvm.x86.sse2.pause()")
    if v.bf16:
        made.append(
            "declare <16 x float> @llvm.x86.avx512bf16.dpbf16ps.512(<16 x float>, <32 x bfloat>, <32 x bfloat>)"
        )
        for n in (8, 16):
            made.append(f"declare <{n} x bfloat> @llvm.x86.avx512bf16.cvtneps2bf16.{32 * n}(<{n} x float>)")
    return made


def image(target: Target) -> tuple[bytes, dict[str, int]]:
    """The machine code, and where its functions begin."""
    import llvmlite.binding as llvm  # pyright: ignore[reportMissingImports]

    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    text = ir(target)
    # All functions are reached through the manifest: none may be dropped as unused.
    module = llvm.parse_assembly(text.replace("define internal ", "define hidden "))
    module.verify()
    machine = llvm.Target.from_triple(target.triple).create_target_machine(
        features=target.features, opt=3, reloc="pic", codemodel="small"
    )
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.slp_vectorization = options.loop_vectorization = options.loop_unrolling = False
    llvm.create_pass_builder(machine, options).getModulePassManager().run(
        module, llvm.create_pass_builder(machine, options)
    )
    return flat_image(machine.emit_object(module))


def make() -> dict[str, bytes]:
    """Every file of resources/kernels by name."""
    import llvmlite  # pyright: ignore[reportMissingImports]

    files: dict[str, bytes] = {}
    manifest: dict[str, Any] = {"abi": ABI, "made_with": f"llvmlite {llvmlite.__version__}", "images": []}
    for target in TARGETS:
        code, functions = image(target)
        files[f"{target.name}.bin"] = code
        manifest["images"].append(
            {
                "name": target.name,
                "machine": "x86-64" if target.triple == _X86 else "aarch64",
                "dtype": target.dtype,
                "lanes": target.vector.lanes,
                "needs": list(target.needs),
                "sha256": hashlib.sha256(code).hexdigest(),
                "functions": dict(sorted(functions.items())),
            }
        )
    files["manifest.json"] = (json.dumps(manifest, indent=1) + "\n").encode()
    return files


def differences(files: dict[str, bytes]) -> list[str]:
    """Names of files that are not as they were made."""
    return [
        name for name, data in files.items() if not (FOLDER / name).is_file() or (FOLDER / name).read_bytes() != data
    ]


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--check", action="store_true", help="compare instead of writing")
    check = words.parse_args().check
    files = make()
    changed = differences(files)
    if not check:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name in changed:
            (FOLDER / name).write_bytes(files[name])
    for name, data in files.items():
        print(f"{name:28} {len(data):8,} bytes{'  differs' if name in changed else ''}")
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
