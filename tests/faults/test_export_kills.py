"""The quick part of `export_kills`."""

import pytest
from export_kills import killed_exports


@pytest.mark.skipif("sys.platform == 'win32'", reason="nothing kills like SIGKILL there")
def test_a_killed_export_leaves_the_old_photo_or_the_new_one() -> None:
    counts = killed_exports(4, seed=3)
    assert (counts.kills, counts.partial, counts.leftovers) == (4, 0, 0), str(counts)
