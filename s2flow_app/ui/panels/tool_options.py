"""The bar under the tool bar: the options that the active tool has."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QSpinBox, QToolBar, QWidget

from s2flow_app.ui.canvas import Canvas
from s2flow_app.ui.panels.wheel import guard_wheel
from s2flow_app.ui.tools.options import MAX_FEATHER_PX, MAX_SIZE_PX

Choices = tuple[tuple[Any, str], ...]


class ToolOptionsBar(QToolBar):
    """One control for each option; those of other tools are hidden."""

    def __init__(self, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Tool options"))
        self.setObjectName("tool_options")
        self._canvas, self._options = canvas, canvas.options
        self.controls: dict[str, QWidget] = {}
        self._shown: dict[str, QAction] = {}
        self._show: dict[str, Callable[[Any], None]] = {}
        self._none = self.addWidget(QLabel(self.tr("This tool has no options.")))
        self._choice(
            "erase_to", self.tr("Erase to"), self.tr("What the eraser leaves"),
            (("underneath", self.tr("Class underneath")), ("parsed", self.tr("Parsed map"))),
        )  # fmt: skip
        self._choice(
            "protects", self.tr("Brush"),
            self.tr("Protect the photo from changes, or free it again"),
            ((True, self.tr("Protects")), (False, self.tr("Frees"))),
        )  # fmt: skip
        self._choice(
            "region_mode", self.tr("Region"), self.tr("What a click does with the region under it"),
            (
                ("grow", self.tr("Grow")), ("shrink", self.tr("Shrink")),
                ("smooth", self.tr("Smooth")),
            ),
        )  # fmt: skip
        self._number(
            "size_px",
            self.tr("Size"),
            self.tr("Diameter of the brush, in pixels of the label map"),
            1,
            MAX_SIZE_PX,
            " px",
        )
        self._number(
            "amount_px", self.tr("By"), self.tr("How far the region grows, shrinks or is smoothed"),
            1, 40, " px",
        )  # fmt: skip
        self._number(
            "tolerance", self.tr("Tolerance"),
            self.tr("How strong an edge of the photo must be to stop the fill; 100: none does"),
            0, 100, " %",
        )  # fmt: skip
        self._number(
            "feather_px", self.tr("Feather"),
            self.tr("Over how many pixels the picture fades into the photo around what is asked"),
            2, MAX_FEATHER_PX, " px",
        )  # fmt: skip
        self._switch(
            "contiguous", self.tr("Connected only"), self.tr("Off: wherever the class shows")
        )
        self._switch("pressure", self.tr("Pressure"), self.tr("A pen's pressure scales the brush"))
        self._switch(
            "symmetric",
            self.tr("Both sides"),
            self.tr("Do the same on the other side of the face's axis"),
        )
        self._switch(
            "auto_side", self.tr("Side by itself"),
            self.tr("Left or right eye, brow and ear follow from the side of the face"),
        )  # fmt: skip
        self._switch(
            "whole_mouth", self.tr("Mouth as one"), self.tr("Lips and mouth are moved together")
        )
        self._options.changed.connect(self._take_option)
        canvas.tool_changed.connect(self._take_tool)
        self._take_tool(canvas.tool)

    def _number(self, name: str, title: str, tip: str, low: int, high: int, suffix: str) -> None:
        box = QSpinBox()
        box.setRange(low, high)
        box.setSuffix(suffix)
        box.setValue(round(getattr(self._options.now, name)))
        box.valueChanged.connect(lambda value: self._set(name, value))
        self._add(name, title, tip, box, lambda value: box.setValue(round(value)))

    def _choice(self, name: str, title: str, tip: str, choices: Choices) -> None:
        box = QComboBox()
        values = [value for value, _ in choices]
        box.addItems([text for _, text in choices])
        box.setCurrentIndex(values.index(getattr(self._options.now, name)))
        box.currentIndexChanged.connect(lambda index: self._set(name, values[index]))
        self._add(name, title, tip, box, lambda value: box.setCurrentIndex(values.index(value)))

    def _switch(self, name: str, title: str, tip: str) -> None:
        box = QCheckBox(title)
        box.setChecked(getattr(self._options.now, name))
        box.toggled.connect(lambda on: self._set(name, on))
        self._add(name, "", tip, box, box.setChecked)
        box.setAccessibleName(title)

    def _add(
        self, name: str, title: str, tip: str, control: QWidget, show: Callable[[Any], None]
    ) -> None:
        guard_wheel(control)
        control.setToolTip(tip)
        control.setAccessibleName(title)
        control.setAccessibleDescription(tip)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(6, 2, 6, 2)
        if title:
            label = QLabel(title)
            label.setToolTip(tip)
            row.addWidget(label)
        row.addWidget(control)
        self.controls[name], self._show[name] = control, show
        self._shown[name] = self.addWidget(holder)

    def _set(self, name: str, value: Any) -> None:
        if name == "size_px":
            self._canvas.set_brush_size(value)
        else:
            self._options.set(name, value)

    @Slot(str)
    def _take_option(self, name: str) -> None:
        if name in self._show:
            self._show[name](getattr(self._options.now, name))

    @Slot(str)
    def _take_tool(self, _name: str) -> None:
        wanted = self._canvas.active_tool.options
        for name, action in self._shown.items():
            action.setVisible(name in wanted)
        self._none.setVisible(not wanted)
