"""Self-contained HTML pages: no script, no font, no file but the one that is written.

A page is a list of sections; text is always escaped. Plots are inline SVG in the page's
own colours (light and dark); plots and bars fit the width of a phone. Standard library
only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from .escaping import escaped
from .plot import Svg, series_color

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5;
  --paper: #ffffff; --band: #f4f6f9; --accent: #0b62a3; --good: #1b7f4b;
  --bad: #b3261e; --s0: #0072b2; --s1: #d55e00; --s2: #009e73; --s3: #cc79a7;
  --s4: #8c6d00; --s5: #4f86c6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa6b5;
  --line: #333d4a; --paper: #12161c; --band: #1b2129; --accent: #6bb3ee;
  --good: #58c48b; --bad: #ff8a80; --s0: #56b4e9; --s1: #f0884a; --s2: #35c79a;
  --s3: #e3a4c6; --s4: #e0c04c; --s5: #9cc3f0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.25rem 1rem 3rem; color: var(--ink);
  background: var(--paper); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; }
p { margin: .4rem 0; overflow-wrap: anywhere; } .note { color: var(--soft); }
.lead { font-size: 1.2rem; font-weight: 600; margin: .8rem 0; }
ul { margin: .2rem 0; padding-left: 1.2rem; }
details { border-bottom: 1px solid var(--line); padding: .35rem 0; }
summary { cursor: pointer; color: var(--accent); overflow-wrap: anywhere; }
.bar { display: grid; grid-template-columns: minmax(6rem, 21rem) 1fr; gap: 0 .6rem;
  align-items: center; margin: .45rem 0; overflow-wrap: anywhere; }
.track { display: flex; align-items: center; height: 1.4rem; }
.track i { height: 100%; width: calc((100% - 5.5rem) * var(--share)); }
.track b { padding-left: .4rem; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.legend { display: flex; flex-wrap: wrap; gap: 0 1rem; color: var(--soft);
  font-size: .85rem; }
.legend i { display: inline-block; width: .7rem; height: .7rem; margin-right: .35rem; }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
.scroll { overflow-x: auto; } .scroll + .scroll { margin-top: 1rem; }
.facts th { width: 14rem; } @media (max-width: 30rem) { .facts th { width: 40%;
  white-space: normal; } }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { padding: .3rem .6rem; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
tbody tr:nth-child(even) { background: var(--band); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums;
  white-space: nowrap; }
svg { display: block; width: 100%; height: auto; margin: .5rem 0; }
svg text { font-size: 12px; }
@media (max-width: 34rem) { svg text { font-size: 22px; }
  .bar { grid-template-columns: 1fr; } table { font-size: .8rem; }
  th, td { padding: .25rem .3rem; } th, th.number { white-space: normal;
    overflow-wrap: normal; }
  td { overflow-wrap: break-word; } .facts td { overflow-wrap: anywhere; }
  .stacked tr { display: grid; border-bottom: 1px solid var(--line);
    grid-template-columns: repeat(var(--columns), auto); }
  .stacked th, .stacked td { border: 0; }
  .stacked th:first-child, .stacked td:first-child { grid-column: 1 / -1;
    overflow-wrap: anywhere; } }
td:first-child { overflow-wrap: break-word; }
pre { overflow-x: auto; background: var(--band); padding: .6rem .8rem;
  font-size: .85rem; }
"""


class Page:
    """A page that is built section by section and written as one HTML file.

    Example:
        >>> page = Page("A report", "of one model")
        >>> page.heading("Sizes")
        >>> page.table(["file", "bytes"], [["net.tflite", 98464]])
        >>> "<td>net.tflite</td>" in page.render()
        True
    """

    def __init__(self, title: str, subtitle: str = "") -> None:
        self._title = title
        self._parts: list[str] = [f"<h1>{escaped(title)}</h1>"]
        if subtitle:
            self.text(subtitle, kind="note")

    def heading(self, text: str) -> None:
        """Start a section."""
        self._parts.append(f"<h2>{escaped(text)}</h2>")

    def text(self, text: str, *, kind: str = "") -> None:
        """Add a paragraph; kind is "", lead, note, good or bad, or two of them."""
        attribute = f' class="{kind}"' if kind else ""
        self._parts.append(f"<p{attribute}>{escaped(text)}</p>")

    def points(self, texts: Iterable[str], *, kind: str = "") -> None:
        """Add a list of short texts; kind as for :meth:`text`."""
        attribute = f' class="{kind}"' if kind else ""
        items = "".join(f"<li>{escaped(text)}</li>" for text in texts)
        self._parts.append(f"<ul{attribute}>{items}</ul>")

    @contextmanager
    def details(self, summary: str) -> Iterator[None]:
        """Fold what is added inside the ``with`` under one line."""
        self._parts.append(f"<details><summary>{escaped(summary)}</summary>")
        yield
        self._parts.append("</details>")

    def code(self, text: str) -> None:
        """Add preformatted text, such as a command."""
        self._parts.append(f"<pre>{escaped(text)}</pre>")

    def table(
        self,
        headers: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        stacked: bool = False,
    ) -> None:
        """Add a table; numbers stand right, everything else left.

        Args:
            headers: One per column.
            rows: As many cells each.
            stacked: On a phone the first cell, a long name, stands above the others.
        """
        body = [list(row) for row in rows]
        numeric = [
            bool(body)
            and all(isinstance(row[i], (int, float)) or row[i] == "" for row in body)
            for i in range(len(headers))
        ]
        shape = (
            f' class="stacked" style="--columns:{len(headers) - 1}"' if stacked else ""
        )
        marks = [' class="number"' if is_number else "" for is_number in numeric]
        head = "".join(
            f"<th{mark}>{escaped(text)}</th>"
            for mark, text in zip(marks, headers, strict=True)
        )
        lines = [
            "<tr>"
            + "".join(
                f"<td{mark}>{escaped(_cell(value))}</td>"
                for mark, value in zip(marks, row, strict=True)
            )
            + "</tr>"
            for row in body
        ]
        self._parts.append(
            f'<div class="scroll"><table{shape}><thead><tr>'
            f"{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
        )

    def facts(self, facts: Mapping[str, object]) -> None:
        """Add a two-column table of names and values; a None is not shown."""
        rows = "".join(
            f"<tr><th>{escaped(name)}</th><td>{escaped(_cell(value))}</td></tr>"
            for name, value in facts.items()
            if value is not None
        )
        self._parts.append(
            f'<div class="scroll"><table class="facts"><tbody>{rows}</tbody></table>'
            "</div>"
        )

    def plot(self, svg: Svg) -> None:
        """Add a drawing of ``edgevision.html.plot``, its legend above it."""
        self._legend(svg.legend)
        self._parts.append(svg.text)

    def bars(
        self,
        bars: Mapping[str, float | Sequence[float]],
        *,
        unit: str,
        parts: Sequence[str] = (),
    ) -> None:
        """Add lying bars, one per name; a bar of several parts is stacked.

        Args:
            bars: Name -> a length, or one length per part.
            unit: The unit behind each number.
            parts: The names of the parts, when there are several.
        """
        rows = {
            name: [value] if isinstance(value, (int, float)) else list(value)
            for name, value in bars.items()
        }
        longest = max((sum(row) for row in rows.values()), default=0.0) or 1.0
        self._legend(parts)
        for name, row in rows.items():
            pieces = "".join(
                f'<i style="--share:{max(value, 0.0) / longest:.4f};'
                f'background:{series_color(number)}"></i>'
                for number, value in enumerate(row)
            )
            self._parts.append(
                f'<div class="bar"><span>{escaped(name)}</span>'
                f'<div class="track">{pieces}<b>{sum(row):.4g} {escaped(unit)}</b>'
                "</div></div>"
            )

    def _legend(self, names: Sequence[str]) -> None:
        if len(names) < 2:
            return
        words = "".join(
            f'<span><i style="background:{series_color(number)}"></i>'
            f"{escaped(name)}</span>"
            for number, name in enumerate(names)
        )
        self._parts.append(f'<div class="legend">{words}</div>')

    def render(self) -> str:
        """Return the whole page as HTML text."""
        return (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escaped(self._title)}</title><style>{_STYLE}</style></head>"
            f"<body>\n{chr(10).join(self._parts)}\n</body></html>\n"
        )


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)
