"""Devices, memory, the allocator, and the colour of the transparent."""

from __future__ import annotations

import platform
import sys

import numpy as np
import pytest
import torch

from ganstudio.core.errors import UsageError
from ganstudio.runtime import allocator, devices, memory
from ganstudio.runtime.channels import BLEED, bleed
from ganstudio.runtime.devices import Device
from ganstudio.runtime.selftest import device_trouble
from tests.runtime.small_nets import photo


def test_auto_finds_a_device_and_the_cpu_is_always_there() -> None:
    assert devices.find("auto").kind in devices.KINDS
    cpu = devices.find("cpu")
    assert cpu.is_cpu
    assert cpu.title
    assert ("bf16" in cpu.halves) == bool({"avx512_bf16", "amx_bf16"} & set(devices.cpu_flags()))


@pytest.mark.skipif(sys.platform != "linux" or platform.machine() != "x86_64", reason="compares with Linux's own list")
def test_cpu_features_are_those_the_system_lists() -> None:
    with open("/proc/cpuinfo") as file:
        words = set(next(line for line in file if line.startswith("flags")).split())
    for flag, listed in {"avx2": "avx2", "avx512": "avx512f", "avx512_bf16": "avx512_bf16"}.items():
        assert flag not in devices.cpu_flags() or listed in words


def test_a_device_that_is_not_there_is_refused_with_a_way_out() -> None:
    if not torch.cuda.is_available():
        with pytest.raises(UsageError, match=r"No NVIDIA GPU can be used.*--device"):
            devices.find("cuda")
    if not torch.backends.mps.is_available():
        with pytest.raises(UsageError, match="No Apple GPU"):
            devices.find("mps")
    with pytest.raises(UsageError, match="no device “tpu”"):
        devices.find("tpu")


def test_the_self_test_of_a_device() -> None:
    assert device_trouble(devices.cpu()) == ""
    assert device_trouble(Device("cuda", "cuda:63", "a GPU that is not there")) != ""


def test_workers() -> None:
    assert devices.workers(devices.cpu(), 3) == 3
    assert 1 <= devices.workers(devices.cpu(), None) <= devices.cores()
    assert devices.workers(Device("cuda", "cuda:0", "GPU"), None) == 2


def test_memory_is_shared_by_the_workers() -> None:
    cpu = devices.cpu()
    one, many = memory.pixels_a_tile(cpu, 1, 1 << 20), memory.pixels_a_tile(cpu, 64, 1 << 20)
    assert 1 <= many <= one
    assert 0 < memory.free_bytes(cpu) < 1 << 50


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="thresholds are glibc's")
def test_big_blocks_stay_with_the_process_until_trimmed() -> None:
    assert allocator.prepare()
    allocator.trim()


@pytest.mark.parametrize("depth", [8, 16])
def test_colour_bleeds_from_the_visible_only(depth: int) -> None:
    peak = 255 if depth == 8 else 65535
    pixels = np.zeros((60, 80, 4), np.uint8 if depth == 8 else np.uint16)
    pixels[20:40, 20:40] = (peak, peak // 2, 0, peak)
    filled = bleed(pixels)
    assert np.array_equal(filled[:, :, 3], pixels[:, :, 3])
    near = filled[20 - BLEED : 40 + BLEED, 20 - BLEED : 40 + BLEED, :3].astype(int)
    assert np.abs(near[6:-6, 6:-6] - (peak, peak // 2, 0)).max() <= peak // 255
    assert not filled[:, 70:, :3].any()


def test_bands_bleed_as_the_whole_does() -> None:
    pixels = photo(120, 90, 4)
    whole = bleed(pixels)
    for top in (0, 30, 60):
        start = max(0, top - BLEED)
        part = bleed(pixels[start : top + 30 + BLEED])[top - start :][:30]
        assert np.array_equal(part, whole[top : top + 30])


def test_opaque_pictures_are_left_alone() -> None:
    pixels = photo(30, 30, 4)
    pixels[:, :, 3] = 255
    assert bleed(pixels) is pixels
