"""Fill a region, select by a stroke, reshape a region: tools that look for what is meant."""

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF, QTransform

from s2flow_app.document.label_ops import Mask, brush_mask, flood_region
from s2flow_app.document.regions import fill_region, reshaped, smart_region
from s2flow_app.label_shapes.geometry import nearest_class
from s2flow_app.labels import BACKGROUND, LABEL_SIZE
from s2flow_app.model import operations
from s2flow_app.ui.tools.stage import Stage
from s2flow_app.ui.tools.tool import Pointer, Tool

SMART_REACH_PX = 36.0
"""How far beyond its stroke the smart selection looks, at least."""


class Fill(Tool):
    """One click paints the region under it."""

    options: ClassVar = ("contiguous", "tolerance", "feather_px", "symmetric", "auto_side")
    paints: ClassVar = True
    respects_lock: ClassVar = True

    def press(self, pointer: Pointer) -> None:
        pixel, picture, now = pointer.pixel, self.stage.crop(), self.stage.now
        if pixel is None or picture is None or not self.document.labels.begin_stroke():
            return
        class_id = self.stage.class_at(*pixel)
        region = fill_region(
            self.document.labels.shown_map,
            picture,
            *pixel,
            contiguous=now.contiguous,
            tolerance=now.tolerance,
        )
        self.stage.paint(class_id, region, 0, 0)
        self.document.labels.end_stroke(operations.Fill(class_id))


class SmartSelect(Tool):
    """A stroke over the photo; the object under it is painted up to its edges."""

    options: ClassVar = ("size_px", "feather_px", "symmetric", "auto_side")
    paints: ClassVar = True

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._points: list[QPointF] = []

    @property
    def outline_radius_px(self) -> float | None:
        return self.stage.now.size_px / 2

    def press(self, pointer: Pointer) -> None:
        if self.document.labels.begin_stroke():
            self._points = [pointer.at]

    def move(self, pointer: Pointer) -> None:
        if self._points and self.document.labels.in_stroke:
            self._points.append(pointer.at)
        else:
            self._points = []

    def release(self, pointer: Pointer) -> None:
        points, self._points = self._points, []
        picture = self.stage.crop()
        if not self.document.labels.in_stroke or not points or picture is None:
            return
        stroke = self._stroke(points)
        if not stroke.any():
            self.document.labels.cancel_stroke()
            return
        ys, xs = np.nonzero(stroke)
        class_id = self.stage.class_at(float(xs.mean()), float(ys.mean()))
        reach = max(SMART_REACH_PX, 1.5 * self.stage.now.size_px)
        self.stage.paint(class_id, smart_region(picture, stroke, reach_px=reach), 0, 0)
        self.document.labels.end_stroke(operations.Select(class_id))

    def cancel(self) -> None:
        self._points = []
        super().cancel()

    def forget(self) -> None:
        self._points = []

    def _stroke(self, points: list[QPointF]) -> Mask:
        """``[512, 512]`` what the stroke passed over."""
        found = np.zeros((LABEL_SIZE, LABEL_SIZE), dtype=np.bool_)
        radius = self.stage.now.size_px / 2
        for start, end in zip([points[0], *points], points, strict=False):
            mask, x, y = brush_mask(start.x(), start.y(), end.x(), end.y(), radius)
            left, top = max(x, 0), max(y, 0)
            part = found[top : y + mask.shape[0], left : x + mask.shape[1]]
            part |= mask[top - y :, left - x :][: part.shape[0], : part.shape[1]]
        return found

    def draw(self, painter: QPainter, crop_to_widget: QTransform) -> None:
        if not self._points:
            return
        first = self._points[0]
        colour = self.stage.colour_at(first)
        colour.setAlpha(150)
        scale = float(np.hypot(crop_to_widget.m11(), crop_to_widget.m12()))
        pen = QPen(colour, self.stage.now.size_px * scale)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        line = [crop_to_widget.map(point) for point in self._points]
        painter.drawPolyline(QPolygonF(line if len(line) > 1 else [*line, line[0]]))

    def overlay_box(self) -> QRectF | None:
        if not self._points:
            return None
        reach = self.stage.now.size_px / 2
        box = QPolygonF(self._points).boundingRect()
        return box.adjusted(-reach, -reach, reach, reach)


class Reshape(Tool):
    """One click grows, shrinks or smooths the region under it."""

    options: ClassVar = ("region_mode", "amount_px", "feather_px", "symmetric")
    respects_lock: ClassVar = True

    def press(self, pointer: Pointer) -> None:
        pixel = pointer.pixel
        if pixel is None or not self.document.labels.begin_stroke():
            return
        class_id = int(self.document.labels.shown_map[pixel[1], pixel[0]])
        regions = [(class_id, flood_region(self.document.labels.shown_map, *pixel))]
        if self.stage.now.symmetric:
            regions += self._other_side(class_id, pointer)
        for each, region in regions:
            self._reshape(each, region)
        self.document.labels.end_stroke(operations.Reshape(self.stage.now.region_mode, class_id))

    def _other_side(self, class_id: int, pointer: Pointer) -> list[tuple[int, Mask]]:
        """The region at the mirrored place, if it is of the same kind."""
        x, y = self.stage.axis.mirrored(np.array([pointer.at.x(), pointer.at.y()]))
        pixel = Pointer(QPointF(x, y)).pixel
        twin = self.stage.twin(class_id)
        shown = self.document.labels.shown_map
        if pixel is None or int(shown[pixel[1], pixel[0]]) != twin:
            return []
        region = flood_region(shown, *pixel)
        is_same = twin == class_id and bool(region[int(pointer.at.y()), int(pointer.at.x())])
        return [] if is_same else [(twin, region)]

    def _reshape(self, class_id: int, region: Mask) -> None:
        now, document = self.stage.now, self.document
        added, removed = reshaped(region, now.region_mode, now.amount_px)
        if added.any():
            document.labels.paint(class_id, added, 0, 0)
        if removed.any() and not region.all():
            around = nearest_class(document.labels.shown_map, ~region)
            document.labels.erase(class_id, removed, 0, 0)
            # Nothing lay underneath: what is beside it comes closer.
            bare = removed & (document.labels.shown_map == BACKGROUND) & (around != BACKGROUND)
            for beside in np.unique(around[bare]):
                document.labels.paint(int(beside), bare & (around == beside), 0, 0)
