"""The style panel: a smile, attribute sliders, random variation, a reference photo."""

import random
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from s2flow_app.document.changes import Aspect, DocumentChange
from s2flow_app.document.document import Document
from s2flow_app.labels import (
    HAIR,
    LEFT_BROW,
    LEFT_EYE,
    LOWER_LIP,
    NECK,
    NOSE,
    RIGHT_BROW,
    RIGHT_EYE,
    SKIN,
    UPPER_LIP,
)
from s2flow_app.model.edit import Style
from s2flow_app.ui.image_qt import to_qpixmap
from s2flow_app.ui.incoming import FileDrop
from s2flow_app.ui.panels.slider import TitledSlider
from s2flow_app.ui.panels.smile import SmileSlider
from s2flow_app.ui.panels.wheel import guard_wheel
from s2flow_app.ui.told import told
from s2flow_app.ui.translate import QT_TRANSLATE_NOOP, translate
from s2flow_app.worker.protocol import StyleCodeReady

REGIONS: Final[tuple[tuple[str, tuple[int, ...] | None], ...]] = (
    (QT_TRANSLATE_NOOP("StylePanel", "The part of each slider"), None),
    (QT_TRANSLATE_NOOP("StylePanel", "Everywhere"), ()),
    (QT_TRANSLATE_NOOP("StylePanel", "Hair"), (HAIR,)),
    (QT_TRANSLATE_NOOP("StylePanel", "Skin"), (SKIN, NOSE, NECK)),
    (QT_TRANSLATE_NOOP("StylePanel", "Lips"), (UPPER_LIP, LOWER_LIP)),
    (
        QT_TRANSLATE_NOOP("StylePanel", "Eyes and brows"),
        (LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW),
    ),
)
MAX_SEED: Final = 2**31 - 1


class StylePanel(QWidget):
    """Every movement asks the document for another style; a slider's drag is one undo step."""

    reference_wanted = Signal()
    files_dropped = Signal(list)
    """Paths: the first is to be the reference."""
    refused = Signal(str)
    """Why nothing changed, as a sentence."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        FileDrop(self).dropped.connect(self.files_dropped)
        self._seed = 1
        self.regions = QComboBox()
        guard_wheel(self.regions)
        self.regions.addItems([translate("StylePanel", title) for title, _ in REGIONS])
        self.regions.setAccessibleName(self.tr("Where the style changes"))
        self.regions.setToolTip(self.tr("Where the style changes"))
        self.variation = TitledSlider(self.tr("Random variation"), 0, 100, 0)
        self.dice = QPushButton(self.tr("Another variation"))
        self.open_reference = QPushButton(self.tr("Choose a reference photo…"))
        self.thumbnail = QLabel()
        self.thumbnail.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.thumbnail.hide()
        self.reference = TitledSlider(self.tr("Towards the reference"), 0, 100, 0)
        self.smile = SmileSlider(document)
        self.smile.refused.connect(self.refused)
        self.sliders: dict[str, TitledSlider] = {}
        self._attributes = QVBoxLayout()
        self.reset = QPushButton(self.tr("Reset style"))
        self.dice.setToolTip(self.tr("Roll another random variation"))
        self.open_reference.setToolTip(self.tr("A photo whose style is borrowed"))
        self.reset.setToolTip(self.tr("All sliders of the style back to their rest"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        where = QHBoxLayout()
        where.addWidget(QLabel(self.tr("Where")))
        where.addWidget(self.regions, 1)
        layout.addLayout(where)
        for title, parts in (
            (self.tr("Expression"), (self.smile,)),
            (self.tr("Attributes"), ()),
            (self.tr("Variation"), (self.variation, self.dice)),
            (self.tr("Reference"), (self.open_reference, self.thumbnail, self.reference)),
        ):
            group = QGroupBox(title)
            inner = QVBoxLayout(group)
            inner.setContentsMargins(0, 4, 0, 0)
            if not parts:
                inner.addLayout(self._attributes)
            for part in parts:
                inner.addWidget(part)
            layout.addWidget(group)
        layout.addWidget(self.reset)
        layout.addStretch(1)
        self.regions.activated.connect(self._take_regions)
        self.variation.changed.connect(self._take_variation)
        self.variation.released.connect(document.edits.end_gesture)
        self.dice.clicked.connect(self._roll)
        self.open_reference.clicked.connect(self.reference_wanted)
        self.reference.changed.connect(self._take_reference)
        self.reference.released.connect(document.edits.end_gesture)
        self.reset.clicked.connect(self._reset)
        document.changed.connect(self._take_change)
        self._code: StyleCodeReady | None = None
        self._refresh()

    def set_attributes(self, attributes: tuple[tuple[str, str], ...]) -> None:
        """The sliders that the pack offers: (name, title)."""
        for slider in self.sliders.values():
            self._attributes.removeWidget(slider)
            slider.deleteLater()
        self.sliders = {name: TitledSlider(told(title), -100, 100, 0) for name, title in attributes}
        for slider in self.sliders.values():
            slider.changed.connect(self._take_attributes)
            slider.released.connect(self._document.edits.end_gesture)
            self._attributes.addWidget(slider)
        self._refresh()

    @Slot(object)
    def show_previewing(self, previewing: bool) -> None:
        """A preview is under way, or none is any more: told at the slider that asked for it."""
        own = (self.smile.slider, self.variation, self.reference)
        for slider in (*own, *self.sliders.values()):
            slider.show_previewing(previewing)

    @Slot(object)
    def set_reference(self, answer: StyleCodeReady) -> None:
        """A reference photo was read: move all the way to it."""
        self._code = answer
        self.thumbnail.setPixmap(to_qpixmap(answer.thumbnail))
        self.thumbnail.show()
        self._ask_reference(100)
        self._document.edits.end_gesture()

    @Slot(object)
    def _take_change(self, change: DocumentChange) -> None:
        if change.has(Aspect.STYLE, Aspect.FACE):
            self._refresh()

    def _refresh(self) -> None:
        style, has_face = self._document.edits.style, self._document.has_face
        amounts = dict(style.attributes)
        for name, slider in self.sliders.items():
            slider.set_value(round(100 * amounts.get(name, 0.0)))
            slider.setEnabled(has_face)
        self.variation.set_value(round(100 * style.variation_strength))
        borrowed = style.reference_code is not None
        self.reference.set_value(round(100 * style.reference_strength) if borrowed else 0)
        self.reference.setEnabled(has_face and self._code is not None)
        for widget in (self.variation, self.dice, self.open_reference, self.regions):
            widget.setEnabled(has_face)
        self.reset.setEnabled(has_face and not style.is_neutral)
        index = next((i for i, (_, ids) in enumerate(REGIONS) if ids == style.regions), 0)
        if not style.is_neutral:
            self.regions.setCurrentIndex(index)

    @property
    def _regions(self) -> tuple[int, ...] | None:
        return REGIONS[self.regions.currentIndex()][1]

    @Slot(int)
    def _take_regions(self, _index: int) -> None:
        style = replace(self._document.edits.style, regions=self._regions)
        if not style.is_neutral:
            self._document.edits.set_style(style)

    @Slot(int)
    def _take_attributes(self, _percent: int) -> None:
        moved = tuple((n, s.value / 100) for n, s in self.sliders.items() if s.value)
        style = replace(self._document.edits.style, attributes=moved, regions=self._regions)
        self._document.edits.set_style(style, merge="attributes")

    @Slot(int)
    def _take_variation(self, percent: int) -> None:
        style = replace(
            self._document.edits.style,
            variation_seed=self._seed,
            variation_strength=percent / 100,
            regions=self._regions,
        )
        self._document.edits.set_style(style, merge="variation")

    @Slot()
    def _roll(self) -> None:
        self._seed = random.randint(1, MAX_SEED)
        self._document.edits.end_gesture()
        self._take_variation(self.variation.value or 50)
        self._document.edits.end_gesture()

    @Slot(int)
    def _take_reference(self, percent: int) -> None:
        self._ask_reference(percent)

    def _ask_reference(self, percent: int) -> None:
        if self._code is None:
            return
        style = replace(
            self._document.edits.style,
            reference_code=self._code.code if percent else None,
            reference_name=self._code.request.path.name,
            reference_strength=percent / 100,
            regions=self._regions,
        )
        self._document.edits.set_style(style, merge="reference")

    @Slot()
    def _reset(self) -> None:
        self._document.edits.set_style(Style(regions=self._document.edits.style.regions))
