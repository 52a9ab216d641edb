"""Report page: a batch as one HTML file that needs nothing else: counts, reasons, contact sheet, every picture."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from ganstudio.core.names import shown
from ganstudio.jobs.report_sheet import Sheet, data_uri

_STYLE = """
:root{color-scheme:light dark;--ground:#f1f1f1;--card:#fff;--line:#d2d2d2;--text:#1c1c1c;--quiet:#5a5a5a;--err:#b3261e}
@media(prefers-color-scheme:dark){:root{--ground:#292929;--card:#333;--line:#3a3a3a;--text:#ebebeb;--quiet:#ababab;
--err:#f5998f}}
body{font:14px/1.5 Inter,system-ui,sans-serif;margin:0 auto;max-width:1180px;padding:32px 24px;background:var(--ground);
color:var(--text);font-variant-numeric:tabular-nums}
h1{font-size:20px;margin:0 0 4px}h2{font-size:16px;margin:32px 0 8px}p{margin:4px 0;color:var(--quiet)}
table{border-collapse:collapse;width:100%;font-size:12px}td,th{border-bottom:1px solid var(--line);padding:4px 8px;
text-align:left;vertical-align:top;overflow-wrap:anywhere}th{color:var(--quiet);font-weight:500}
.failed td:nth-child(3),.failed td:nth-child(4){color:var(--err)}
.sheet{display:grid;grid-template-columns:repeat(auto-fill,minmax(340px,1fr));gap:16px}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:8px}
figure div{display:grid;grid-template-columns:1fr 1fr;gap:6px}img{width:100%;border-radius:3px;display:block}
figcaption{font-size:12px;padding-top:6px;color:var(--quiet);overflow-wrap:anywhere}
"""
_KINDS = 20


def write_page(
    file: TextIO, counts: dict[str, Any], rows: Iterator[dict[str, Any]], columns: tuple[str, ...], sheet: Sheet
) -> None:
    """`rows` are passed through once: the list comes last, the reasons are counted in `counts["reasons"]`."""
    said = ", ".join(f"{counts[name]:,} {name}" for name in ("added", "done", "skipped", "failed"))
    file.write('<!doctype html><html lang="en"><head><meta charset="utf-8">')
    file.write('<meta name="viewport" content="width=device-width"><title>GANStudio report</title>')
    file.write(f"<style>{_STYLE}</style></head><body>\n<h1>{said}</h1>\n<p>{_course(counts)}</p>\n")
    _write_reasons(file, counts.get("reasons", Counter()))
    _write_sheet(file, sheet)
    file.write("<h2>Every picture</h2>\n<table><tr>")
    file.write("".join(f"<th>{column.replace('_', ' ')}</th>" for column in columns) + "</tr>\n")
    for one in rows:
        cells = "".join(f"<td>{_safe(one[column])}</td>" for column in columns)
        file.write(f'<tr class="{_safe(one["state"])}">{cells}</tr>\n')
    file.write("</table></body></html>\n")


def _course(counts: dict[str, Any]) -> str:
    seconds, megapixels = counts["seconds"], counts["megapixels"]
    words = {"finished": "Finished", "until": "Ended when its time had come", "stopped": "Stopped by hand"}
    ending = words.get(counts["ending"], "Ended before it was done")
    left = f", {counts['unfinished']:,} still waiting" if counts["unfinished"] else ""
    return f"{ending} after {seconds:,.0f} s; {megapixels:,.0f} megapixels read{left}."


def _write_reasons(file: TextIO, reasons: Counter[str]) -> None:
    if not reasons:
        return
    file.write("<h2>Reasons</h2>\n<table>\n")
    for reason, count in reasons.most_common(_KINDS):
        file.write(f"<tr><td>{count:,}</td><td>{_safe(reason)}</td></tr>\n")
    if len(reasons) > _KINDS:
        file.write(f"<tr><td></td><td>and {len(reasons) - _KINDS:,} others, in the list below</td></tr>\n")
    file.write("</table>\n")


def _write_sheet(file: TextIO, sheet: Sheet) -> None:
    if not sheet.changes:
        return
    of = "" if sheet.looked_at >= sheet.done else f" (of {sheet.looked_at:,} looked at among {sheet.done:,})"
    file.write(f'<h2>The largest changes{of}</h2>\n<div class="sheet">\n')
    for one in sheet.changes:
        name = _safe(shown(one.source.name))
        file.write(
            f'<figure><div><img alt="{name} before" src="{data_uri(one.before)}">'
            f'<img alt="{name} after" src="{data_uri(one.after)}"></div>'
            f"<figcaption>{name} → {_safe(shown(one.output.name))}, changed by {one.amount:.1%}</figcaption></figure>\n"
        )
    file.write("</div>\n")


def count_reasons(rows: Iterable[dict[str, Any]], most: int = 1000) -> Counter[str]:
    """How often each reason was given; beyond so many different ones new ones are counted together."""
    counted: Counter[str] = Counter()
    for one in rows:
        if one["reason"]:
            known = one["reason"] in counted or len(counted) < most
            counted[one["reason"] if known else "for other reasons"] += 1
    return counted


def _safe(value: object) -> str:
    return html.escape(str(value))
