"""Choosing: a chain that can be read in several ways is shown in all of them, and a person's choice is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.core.errors import BadModel, OutputError, UsageError
from ganstudio.core.text import _, ngettext_

if TYPE_CHECKING:
    from ganstudio.models.chains.networks import Read
    from ganstudio.models.opening import Found


def readings_in(path: Path) -> list[Read]:
    """The one that is taken by itself first. Raises BadModel: no chain, damaged, or none of its readings fits."""
    return _offered(path)[0]


def choose(path: Path, number: int) -> Read:
    """Whoever opens or imports this very file from now on has it read as the `number`th (from 1) of `readings_in`.

    Raises BadModel, UsageError for a number that is not there, OutputError.
    """
    from dataclasses import replace

    from ganstudio.models import converting, filing
    from ganstudio.models.families.chain_generator import built
    from ganstudio.models.opening import new_card

    offered, found = _offered(path)
    if not 1 <= number <= len(offered):
        said = ngettext_("{file} can be read in {count} way.", "{file} can be read in {count} ways.", len(offered))
        raise UsageError(said.format(file=path.name, count=len(offered)), _("Choose one of these numbers."))
    one = offered[number - 1]
    chosen = replace(found, built=built(one.net, (f"read with {', '.join(one.reading.words)}",)))
    sha256, card = filing.file_sha256(path), new_card(path, chosen)
    try:
        converting.write(sha256, chosen.built.module.eval(), card)
        if filing.filed_card(sha256) is not None:
            filing.file_card(sha256, card)
    except OSError as error:
        raise OutputError(_("The choice cannot be kept: {why}.").format(why=error.strerror or error)) from error
    return one


def _offered(path: Path) -> tuple[list[Read], Found]:
    from ganstudio.models import families, filing, readers
    from ganstudio.models.chains.links import chain_of
    from ganstudio.models.chains.networks import offered
    from ganstudio.models.families import chain_generator
    from ganstudio.models.opening import Found, is_plausible, weights_of
    from ganstudio.models.readers.state_dict import candidates

    path = filing.main_file(path)
    checkpoint = readers.read(path)
    for candidate in candidates(checkpoint):
        shapes = {name: tensor.shape for name, tensor in candidate.items()}
        family = families.recognise(shapes) if is_plausible(shapes) else None
        if family is None:
            continue
        chain = chain_of(shapes)
        if family is not chain_generator or chain is None:
            break
        try:
            found = offered(weights_of(candidate), chain)
        except ValueError as error:
            raise BadModel(f"{path.name}: {error}.") from error
        return found, Found(chain_generator.built(found[0].net), candidate, checkpoint)
    raise BadModel(
        _("{file} can only be read in one way.").format(file=path.name),
        _("Only small generators without names for what they do leave a choice."),
    )
