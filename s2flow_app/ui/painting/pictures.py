"""The document's pictures as the canvas shows them: photo, face, labels, before and after."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform

from s2flow_app.document.document import Document
from s2flow_app.document.label_ops import Rect
from s2flow_app.labels import LABEL_SIZE
from s2flow_app.model.face import CROP_IN_SURROUNDINGS, SURROUNDINGS_SCALE, FaceState
from s2flow_app.ui.image_qt import to_qimage, to_translucent_qimage
from s2flow_app.ui.painting.changes import differing
from s2flow_app.ui.painting.label_overlay import LabelOverlay
from s2flow_app.ui.painting.place import SQUARE, Place, crop_transform, scale_of
from s2flow_app.ui.painting.pyramid import Pyramid
from s2flow_app.ui.painting.surroundings import about_crop

BACKDROP: Final = QColor(30, 31, 34)
COMPARISONS: Final = ("none", "split", "side", "difference")
"""How before and after are shown together: not at all, divided by a line that can be dragged, one
beside the other, as what differs."""
AMPLIFIED: Final = 4
"""How many times larger than it is a difference is shown."""


class Pictures:
    """Copies of what the document holds, ready to be composed."""

    def __init__(self, document: Document, pyramid: Pyramid) -> None:
        self._document, self.pyramid = document, pyramid
        self.labels = LabelOverlay(document)
        self._result: QImage | None = None
        self._original: QImage | None = None
        self._difference: QImage | None = None
        self._on_photo: QImage | None = None
        self._about: tuple[QImage, QTransform] | None = None
        """What styles have changed beyond the crop, and the way from there to the photo."""
        self._others: list[tuple[FaceState, list[tuple[QImage, QTransform]]]] = []
        """Edited faces beside the one that is edited now: pictures, and the ways to the photo."""
        self._comparison: str = COMPARISONS[0]
        self.comparing = False
        """Show the unedited picture alone."""
        self.split_at = 0.5
        """Where the line between before (left) and after is, as a share of the crop."""

    @property
    def has_face(self) -> bool:
        return self._result is not None

    @property
    def reach(self) -> QRectF:
        """Of the crop's pixels, and about it: what the face's result may change."""
        wide = LABEL_SIZE * (SURROUNDINGS_SCALE - 1) // 2
        return SQUARE if self._about is None else SQUARE.adjusted(-wide, -wide, wide, wide)

    @property
    def comparison(self) -> str:
        """One of `COMPARISONS`."""
        return self._comparison

    @comparison.setter
    def comparison(self, comparison: str) -> None:
        self._comparison = comparison
        self._take_difference()

    @property
    def splitting(self) -> bool:
        return self._comparison == "split"

    def take_photo(self) -> None:
        """The photo, or the one that is being opened."""
        incoming = self._document.faces.incoming
        self.pyramid.set_photo(self._document.faces.display if incoming is None else incoming)
        self._result = self._original = self._on_photo = self._about = None
        self.take_others()

    def take_face(self) -> None:
        original = self._document.faces.original
        self._on_photo = None
        self._original = None if original is None else to_qimage(original.crop)

    def take_result(self) -> None:
        crop = self._document.edits.result_crop
        if self._document.faces.incoming is None:
            self._result = None if crop is None else to_qimage(crop)
            self._on_photo = None
            base, original = self._document.edits.base, self._document.faces.original
            self._about = about_crop(base, original) if base and original else None
            self._take_difference()

    def take_others(self) -> bool:
        """The other edited faces of the photo that is shown; False: they are as they were."""
        faces = (
            () if self._document.faces.incoming is not None else self._document.faces.other_edited()
        )
        if [face.state.id for face in faces] == [state.id for state, _ in self._others]:
            return False
        self._others = []
        for face in faces:
            picture = _changes(face.state.crop, face.start.crop)
            about = about_crop(face.state, face.start)
            pictures = [(picture, crop_transform(face.start.quad)), *([about] if about else [])]
            self._others.append((face.state, pictures))
        return True

    def take_labels(self, rect: Rect) -> None:
        self.labels.take_labels(rect)

    def compose(
        self,
        image: QImage,
        pixels: NDArray[np.uint32],
        rect: QRect,
        place: Place,
        *,
        quick: bool,
        labels: bool,
    ) -> None:
        """Paint a rect of device pixels of ``image``, whose pixels ``pixels [H, W]`` are.

        ``quick``: by nearest pixels. ``labels``: with the label map, if it is to be seen.
        """
        left = QRect() if place.before is None else rect & place.before
        after = rect if left.isEmpty() else rect.intersected(_right_of(place.before, rect))
        painter = QPainter(image)
        if not left.isEmpty():
            self._draw_pane(painter, left, place.moved_before, quick, labels=False, before=True)
        if not after.isEmpty():
            labels = labels and self.has_face and not self.comparing
            self._draw_pane(painter, after, place, quick, labels, before=self.comparing)
        painter.end()
        if labels and not after.isEmpty() and not self._shows_difference:
            at = self.split_at * LABEL_SIZE if self.splitting else 0.0
            self.labels.draw_lines(pixels, after, place, right_of=at, quick=quick)

    def draws_better_later(self, place: Place) -> bool:
        """Whether the photo will look better once more of its levels are made."""
        if self.pyramid.photo is None or not place.on_photo:
            return False
        return self.pyramid.level_for(scale_of(place.picture))[1]

    # --- within -------------------------------------------------------------------------------

    def _take_difference(self) -> None:
        crop, original = self._document.edits.result_crop, self._document.faces.original
        if self._comparison == "difference" and crop is not None and original is not None:
            apart = cv2.convertScaleAbs(cv2.absdiff(crop, original.crop), alpha=AMPLIFIED)
            self._difference = to_qimage(apart.astype(np.uint8, copy=False))

    @property
    def _shows_difference(self) -> bool:
        return self._comparison == "difference" and not self.comparing

    def _draw_pane(
        self,
        painter: QPainter,
        rect: QRect,
        place: Place,
        quick: bool,
        labels: bool,
        *,
        before: bool,
    ) -> None:
        painter.resetTransform()
        painter.setClipRect(rect)
        if place.on_photo or not (self.has_face and place.crop_covers(rect)):
            painter.fillRect(rect, BACKDROP)
            if place.on_photo:
                self._draw_photo(painter, place, quick)
                if not (before or self._shows_difference):
                    self._draw_others(painter, place, quick)
        if self._result is None:
            return
        painter.setTransform(place.crop)
        place.set_smooth(painter, place.crop, quick=quick)
        splits = self.splitting and not before
        at = self.split_at * LABEL_SIZE if splits else 0.0
        if (before or splits) and not place.on_photo:
            painter.drawImage(SQUARE, self._original or self._result)
        if before:
            return
        after = SQUARE.adjusted(at, 0, 0, 0)
        face = self._face_on_photo() if place.on_photo else self._result
        if self._shows_difference:
            face = self._difference
        if face is not None:
            painter.drawImage(after, face, after)
        if place.on_photo and self._about is not None and not self._shows_difference:
            self._draw_on_photo(painter, *self._about, place, quick, right_of=at)
            painter.setTransform(place.crop)
        if labels and not self._shows_difference:
            self.labels.draw(painter, after)
        if splits:
            pen = QPen(QColor(255, 255, 255), 2 * place.pixel_ratio)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLine(QPointF(at, 0), QPointF(at, LABEL_SIZE))

    def _face_on_photo(self) -> QImage | None:
        """The result where it differs from the original: elsewhere the photo shows more detail."""
        crop, original = self._document.edits.result_crop, self._document.faces.original
        if self._on_photo is None and crop is not None and original is not None:
            if self._document.edits.shows_original:
                return None
            self._on_photo = _changes(crop, original.crop)
        return self._on_photo

    def _draw_others(self, painter: QPainter, place: Place, quick: bool) -> None:
        for _, pictures in self._others:
            for picture, to_photo in pictures:
                self._draw_on_photo(painter, picture, to_photo, place, quick)

    def _draw_on_photo(
        self,
        painter: QPainter,
        picture: QImage,
        to_photo: QTransform,
        place: Place,
        quick: bool,
        *,
        right_of: float = 0.0,
    ) -> None:
        """A picture of 512 px, of a part of the photo; ``right_of`` a column of the face's crop."""
        painter.setTransform(to_photo * place.picture)
        place.set_smooth(painter, painter.transform(), quick=quick)
        left = CROP_IN_SURROUNDINGS.start + right_of / SURROUNDINGS_SCALE if right_of else 0.0
        shown = SQUARE.adjusted(left, 0, 0, 0)
        painter.drawImage(shown, picture, shown)

    def _draw_photo(self, painter: QPainter, place: Place, quick: bool) -> None:
        photo = self.pyramid.photo
        if photo is None:
            return
        whole = QRectF(0, 0, photo.shape[1], photo.shape[0])
        painter.setTransform(place.picture)
        if self._shows_difference:
            painter.fillRect(whole, Qt.GlobalColor.black)  # nothing differs outside of the crop
            return
        place.set_smooth(painter, place.picture, quick=quick)
        painter.drawImage(whole, self.pyramid.level_for(scale_of(place.picture))[0])


def _changes(crop: NDArray[np.uint8], original: NDArray[np.uint8]) -> QImage:
    """A crop where it differs from the original, clear elsewhere."""
    return to_translucent_qimage(crop, differing(crop, original))


def _right_of(before: QRect | None, rect: QRect) -> QRect:
    assert before is not None
    return QRect(before.right() + 1, rect.top(), rect.right() - before.right(), rect.height())


def draw_text(painter: QPainter, where: QRectF, text: str) -> None:
    """A friendly word in an empty canvas."""
    painter.setPen(QColor(200, 203, 210))
    painter.drawText(where, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
