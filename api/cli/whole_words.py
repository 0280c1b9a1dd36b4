"""Tables in narrow terminals: a column gives way while its words stay whole, the widest first."""

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Column, Table

BETWEEN = 2


class WholeWords(Table):
    """A table that breaks a word only where whole words of all columns have no room beside each other.

    Rich shrinks the widest column first, whatever words that breaks, and leaves blanks in the others.
    """

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table, its columns as wide as their words need."""
        room = options.max_width - BETWEEN * (len(self.columns) - 1)
        for column, width in zip(self.columns, self._widths(console, options, room), strict=True):
            column.width = width
        yield from super().__rich_console__(console, options)

    def _widths(self, console: Console, options: ConsoleOptions, room: int) -> list[int | None]:
        """The width of each column, or nothing where words have to be broken anyhow."""
        needs = [_needed(column, self.show_header, console, options) for column in self.columns]
        least, widths = [need.minimum for need in needs], [need.maximum for need in needs]
        if sum(widths) <= room or sum(least) > room:
            return [None] * len(widths)
        while sum(widths) > room:
            _, number = max((width, n) for n, width in enumerate(widths) if width > least[n])
            widths[number] -= 1
        return list(widths)


def _needed(column: Column, headed: bool, console: Console, options: ConsoleOptions) -> Measurement:
    """The longest word, and the longest line, of a column."""
    cells = [Measurement.get(console, options, cell) for cell in column.cells]
    cells += [Measurement.get(console, options, column.header)] if headed else []
    most = max((max(cell.maximum for cell in cells), column.min_width or 0)) if cells else 0
    least = most if column.no_wrap else max((cell.minimum for cell in cells), default=0)
    return Measurement(max(least, column.min_width or 0), most)
