"""What stands at the right of Steer, from the top: title, module, class; each is made as (desk, journey, link)."""

from __future__ import annotations

SIDE: list[tuple[str, str, str]] = []
