"""Keys are found on the lines where they stand."""

import pytest

from confsync.addon.lines import Key, Lines

TEXT = """\
# a comment
top = 1
a.b."c d" = 2
[x.y]   # a table
z = { k = [1,
  { m = 2 }], "q" = 3 }
[[list]]
id = 1
[list.sub]
w = 2
[[list]]
id = [ # first
  1,
]
[list.sub]
w = 3
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("top",), 2),
        (("a", "b", "c d"), 3),
        (("a", "b"), 3),
        (("x",), 4),
        (("x", "y", "z", "k", 0), 5),
        (("x", "y", "z", "k", 1, "m"), 6),
        (("x", "y", "z", "q"), 6),
        (("list", 0, "id"), 8),
        (("list", 0, "sub", "w"), 10),
        (("list", 1), 11),
        (("list", 1, "id", 0), 13),
        (("list", 1, "sub", "w"), 16),
        (("x", "y", "absent"), 4),
        (("absent", "too"), 1),
    ],
)
def test_line_of_a_key(key: Key, line: int) -> None:
    assert Lines(TEXT).of(key) == line
