"""Between two models: `python -m ganstudio.training.upscaler.blend A B --share 0.8 -o FILE` (0 is A, 1 is B).

Weights of networks trained one from the other may be mixed tensor by tensor (Wang et al. 2018, ESRGAN,
network interpolation); the mixture is again one network of the same size.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from ganstudio.core.errors import BadModel, UserError
from ganstudio.models import open_model
from ganstudio.nets.bound import between
from ganstudio.training.upscaler.export import export


def blend(first: Path, second: Path, share: float, out: Path) -> None:
    """Write the mixture under the Card of `second`, whose settings then name both; figures are dropped.

    BadModel when the two have different layers.
    """
    a, b = open_model(first), open_model(second)
    try:
        mixed = between(a.module, b.module, share)
    except ValueError as error:
        raise BadModel("The two models have different layers and cannot be mixed.") from error
    settings = {**b.card.settings, "blended_with": a.card.name, "share_of_its_own": share}
    export(out, mixed, replace(b.card, settings=settings, figures={}))


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="ganstudio.training.upscaler.blend", description=__doc__)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--share", type=float, required=True, help="how much of the second, 0..1")
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args(words)
    try:
        blend(options.first, options.second, options.share, options.out)
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
