"""The leak check of conftest.py sees what it is for."""

import pytest

pytest_plugins = ["pytester"]

LEAKING_TEST = """
from PySide6.QtCore import QTimer

kept = []

def test_leaves_a_timer(qtbot):
    timer = QTimer()
    timer.start(1000)
    kept.append(timer)
"""


def test_running_timer_is_reported_with_where_it_started(
    pytester: pytest.Pytester, request: pytest.FixtureRequest
) -> None:
    tests = request.config.rootpath / "tests"
    pytester.makeconftest((tests / "conftest.py").read_text())
    pytester.makepyfile(LEAKING_TEST)
    pytester.makeini(f"[pytest]\nqt_api = pyside6\npythonpath = {tests / 'helpers'}\n")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*QTimer started at*", "*timer.start(1000)*"])
