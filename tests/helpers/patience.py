"""How long tests wait for what has to happen: only one that fails waits this long.

On a computer that does other work at the same time, something that takes a second alone can take a
minute; a wait that gives up before says nothing about the program.
"""

from typing import Final

from pytestqt.qtbot import QtBot

PATIENCE_S: Final = 120
PATIENCE_MS: Final = 1000 * PATIENCE_S


class PatientBot(QtBot):
    """pytest-qt's, waiting for `PATIENCE_MS` where it would for 5 s."""

    def waitActive(self, widget, *, timeout=PATIENCE_MS):
        return super().waitActive(widget, timeout=timeout)

    def waitExposed(self, widget, *, timeout=PATIENCE_MS):
        return super().waitExposed(widget, timeout=timeout)

    def waitSignal(self, signal, *, timeout=PATIENCE_MS, raising=None, check_params_cb=None):
        return super().waitSignal(
            signal, timeout=timeout, raising=raising, check_params_cb=check_params_cb
        )

    def waitSignals(
        self, signals, *, timeout=PATIENCE_MS, raising=None, check_params_cbs=None, order="none"
    ):
        return super().waitSignals(
            signals, timeout=timeout, raising=raising, check_params_cbs=check_params_cbs,
            order=order,
        )  # fmt: skip

    def waitUntil(self, callback, *, timeout=PATIENCE_MS):
        super().waitUntil(callback, timeout=timeout)
