"""One photo being edited: what window and command line ask of the engine.

A session holds the networks, the open photo and the generators that were tuned to its faces. It
holds no face: each request names the state it starts from, which says where in the photo the face
lies and which generator draws it (ADR 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Final

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from s2flow_app.alignment import crop_matrix, extract_crop, quad_from_points
from s2flow_app.engine.device import (
    choose_device,
    full_notice,
    is_out_of_memory,
    or_on_cpu,
    placed,
)
from s2flow_app.engine.drawing import Drawing, as_picture
from s2flow_app.engine.edit import LatentEditor, draw
from s2flow_app.engine.finite import finite, finite_state
from s2flow_app.engine.generators import GeneratorFolder, Generators
from s2flow_app.engine.invert import Budget
from s2flow_app.engine.inverter import Inverter
from s2flow_app.engine.manifest import networks_hash
from s2flow_app.engine.measure import psnr_db
from s2flow_app.engine.pack import PHOTO_COMPONENTS, Pack, load_pack
from s2flow_app.engine.painting import Painter
from s2flow_app.engine.parse import face_finder, parse_crop, parse_photo
from s2flow_app.engine.photo_session import LOOKING, Opened, OpenedPhoto, PhotoSession
from s2flow_app.engine.picture_process import PictureProcess
from s2flow_app.engine.progress import Progress, Report, stage, step
from s2flow_app.engine.realism import SeenModel
from s2flow_app.engine.rendering import EditRenderer
from s2flow_app.engine.surroundings import find_surroundings
from s2flow_app.errors import NoFaceError, PackError
from s2flow_app.label_shapes import fill_underneath
from s2flow_app.labels import LabelLayers, LabelMap
from s2flow_app.model.arrays import frozen
from s2flow_app.model.edit import Edit, EditMeasures
from s2flow_app.model.face import CROP_SIZE, FaceBox, FaceState
from s2flow_app.model.pack import PackId
from s2flow_app.model.photo import PhotoId
from s2flow_app.nets.images import to_images
from s2flow_app.outputs import InputFile
from s2flow_app.paths import DEFAULT_PACK, find_pack

THUMBNAIL_PX: Final = 128


@dataclass(frozen=True, slots=True, eq=False)
class PreparedFace:
    """A face ready to be edited."""

    state: FaceState
    layers: LabelLayers
    reconstruction: NDArray[np.uint8]
    """``[R, R, 3]``: what the generator draws for `state`."""
    inversion_psnr_db: float


class Session(PhotoSession):
    """The engine as one object; not for two threads at once.

    Args:
        generators: where those that are tuned to a face are kept; by default with the session.
        pictures: decodes photos and label maps; by default a process of the session's own.

    All methods may raise `UserError`, those with ``cancel`` also `Cancelled`. One that fails
    leaves the session as it was.
    """

    def __init__(
        self, pack: Pack, *, device: str = "cpu", generators: GeneratorFolder | None = None,
        pictures: PictureProcess | None = None,
    ) -> None:  # fmt: skip
        super().__init__(pictures)
        self._pack, self.device = pack, device
        self.notice = ""
        """What the user should know of the device, if there is something."""
        self._inverter = Inverter(pack, device)
        self._place(device)
        self._generators = Generators(self._pack_generator, generators)
        self._finder = face_finder(pack.landmarks)
        self._connect()

    @classmethod
    def load(
        cls, pack_folder: Path, *, device: str = "auto",
        generators: GeneratorFolder | None = None, pictures: PictureProcess | None = None,
    ) -> "Session":  # fmt: skip
        """A session on the pack in a folder; raises `PackError` or `DeviceError`.

        A pack that cannot find or parse faces gets the built-in pack's networks for that.
        """
        pack = load_pack(pack_folder)
        if not all(map(pack.has, PHOTO_COMPONENTS)):
            pack = pack.completed_by(load_pack(find_pack(DEFAULT_PACK)))
        device = choose_device(device)
        try:
            return cls(pack, device=device, generators=generators, pictures=pictures)
        except RuntimeError as error:
            if device == "cpu" or not is_out_of_memory(error):
                raise
        session = cls(pack, generators=generators, pictures=pictures)
        session.notice = full_notice(device)
        return session

    @property
    def pack_title(self) -> str:
        return self._pack.manifest.title

    @property
    def pack_id(self) -> PackId:
        """Which pack the session is on."""
        manifest = self._pack.manifest
        return PackId(self._pack.path.name, manifest.title, networks_hash(manifest))

    @property
    def terms(self) -> str:
        """Under which the pack may be used."""
        return self._pack.manifest.terms

    @property
    def resolution(self) -> int:
        """Side R of what the generator draws, in pixels."""
        return self._pack.manifest.resolution

    @property
    def attributes(self) -> tuple[tuple[str, str], ...]:
        """(name, title) of the style sliders."""
        return self._editor.attributes

    # --- photo and face -----------------------------------------------------------------------

    @or_on_cpu
    def new_face(self, seed: int, *, photo_id: PhotoId | None = None) -> Opened:
        """A face that the pack makes up, opened as the photo."""
        with torch.inference_mode():
            ws = self._editor.random_face(seed)
            img = draw(self._pack_generator, ws[None], device=self.device)
            drawn = to_images(img)[0]
            picture = self._painter.whole_face(parse_crop(self._parser, drawn), drawn)
            latents = ws.cpu().numpy().astype(np.float32)
        name = f"New face {seed}"
        return self.open_aligned(picture, name, photo_id=photo_id, ws=frozen(latents))

    @property
    def gallery_size(self) -> int:
        """How many latents the pack brings along to start from."""
        return len(self._pack.latents.ws) if self._pack.has("latents") else 0

    def gallery_face(self, index: int, *, photo_id: PhotoId | None = None) -> Opened:
        """A face of the pack's gallery, opened as the photo; raises `PackError`."""
        ws = self._gallery([index])
        picture = self._pictures_of(ws)[0]
        latents = ws[0].numpy().astype(np.float32)
        name = f"Gallery {index}"
        return self.open_aligned(picture, name, photo_id=photo_id, ws=frozen(latents))

    def gallery_pictures(
        self, indices: Sequence[int], *, cancel: Event | None = None
    ) -> NDArray[np.uint8]:
        """Small pictures ``[N, 128, 128, 3]`` of the pack's gallery; raises `PackError`."""
        found = []
        for ws in self._gallery(indices).split(1):
            step(cancel, None, "", 0)
            found.append(self._pictures_of(ws, small=True)[0])
        return np.stack(found)

    @or_on_cpu
    def gallery_style(self, index: int) -> NDArray[np.float32]:
        """The style code of a face of the pack's gallery; raises `PackError`.

        As `read_style` would read it, had its latents not to be looked for.
        """
        ws = self._gallery([index])
        picture = self._pictures_of(ws)[0]
        latents = ws[0].numpy().astype(np.float32)
        with torch.inference_mode():
            code = self._editor.style_code(latents, parse_photo(self._parser, picture))
        return finite(frozen(code.cpu().numpy()), "A style code")

    @or_on_cpu
    def prepare_face(
        self, points: NDArray[np.float32], *, cancel: Event | None = None,
        progress: Progress | None = None,
    ) -> PreparedFace:  # fmt: skip
        """Align, encode and parse the face with these five points ``[5, 2]``."""
        photo = self._photo()
        quad = frozen(quad_from_points(points))
        crop = frozen(extract_crop(photo.display, quad))
        inverter = self._inverter
        step(cancel, progress, inverter.stage, 0.0)
        if photo.ws is not None and np.array_equal(points, photo.faces[0].points):
            ws, generator = photo.ws, inverter.alike_at_once(photo.ws, crop)
        else:
            report = stage(progress, inverter.stage, 0, 0.8)
            ws, generator = inverter.invert(crop, cancel=cancel, report=report)
        step(cancel, progress, "Parsing", 0.8)
        label_map = frozen(parse_photo(self._parser, crop))
        step(cancel, progress, "Drawing", 0.9)
        name = self._generators.keep(generator)
        others = [face for face in photo.faces if not np.array_equal(face.points, points)]
        around = find_surroundings(photo.display, quad, label_map, self._parser, others)
        return self._prepared(
            FaceState(ws, label_map, crop, _nothing_replaced(), quad, name, around=around)
        )

    @or_on_cpu
    def refine(
        self, start: FaceState, budget: Budget, *, cancel: Event | None = None,
        progress: Progress | None = None,
    ) -> PreparedFace:  # fmt: skip
        """A prepared face drawn more closely: its latents are moved, then it gets a likeness."""
        ws, generator = self._inverter.refine(
            start.ws, start.crop, budget, cancel=cancel, progress=progress
        )
        name = self._generators.keep(generator)
        return self._prepared(replace(start, ws=ws, generator=name))

    @or_on_cpu
    def tune(
        self, start: FaceState, *, seconds: float, cancel: Event | None = None,
        progress: Progress | None = None,
    ) -> PreparedFace:  # fmt: skip
        """As `refine` for ``seconds``, and in between the generator's weights are fitted."""
        ws, generator = self._inverter.tune(
            start.ws, start.crop, Budget(seconds), self._editor.random_face, cancel=cancel,
            progress=progress,
        )  # fmt: skip
        name = self._generators.keep(generator)
        return self._prepared(replace(start, ws=ws, generator=name))

    # --- edits --------------------------------------------------------------------------------

    @or_on_cpu
    def preview(
        self, edit: Edit, *, settled: bool = False, cancel: Event | None = None
    ) -> NDArray[np.uint8]:
        """A draft ``[512, 512, 3]`` of an edit, composed.

        ``settled``: as `render` gives it, unless that takes too long for a preview.
        """
        return self._renderer.preview(edit, settled=settled, cancel=cancel)

    @or_on_cpu
    def render(
        self, edit: Edit, *, cancel: Event | None = None, progress: Progress | None = None
    ) -> tuple[FaceState, EditMeasures]:
        """The state after an edit, and how well it took."""
        state, measures = self._renderer.render(edit, cancel=cancel, progress=progress)
        return finite_state(state), measures

    @or_on_cpu
    def read_style(
        self, path: Path, *, cancel: Event | None = None, progress: Progress | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        """The style code of the largest face in another photo, and its thumbnail."""
        crop, _ = self._reference(path, cancel, stage(progress, LOOKING, 0, 0.2))
        report = stage(progress, self._inverter.stage, 0.2, 0.9)
        ws, _ = self._inverter.invert(crop, cancel=cancel, report=report)
        with torch.inference_mode():
            code = self._editor.style_code(ws, parse_photo(self._parser, crop))
        return finite(frozen(code.cpu().numpy()), "A style code"), _thumbnail(crop)

    @or_on_cpu
    def read_shape(
        self, path: Path, *, cancel: Event | None = None, progress: Progress | None = None
    ) -> tuple[LabelMap, NDArray[np.float32], NDArray[np.uint8]]:
        """The label map of the largest face in another photo, its points ``[5, 2]`` in crop
        pixels, and its thumbnail."""
        crop, face = self._reference(path, cancel, stage(progress, LOOKING, 0, 0.9))
        step(cancel, progress, "Parsing", 0.9)
        matrix = crop_matrix(face.quad)
        # The matrix counts from pixels' middles.
        points = (face.points - 0.5) @ matrix[:, :2].T + matrix[:, 2] + 0.5
        label_map = parse_photo(self._parser, crop)
        return frozen(label_map), frozen(points.astype(np.float32)), _thumbnail(crop)

    @or_on_cpu
    def sample(self, label_maps: Sequence[LabelMap], seeds: Sequence[int]) -> NDArray[np.uint8]:
        """Faces ``[maps, seeds, 512, 512, 3]``: each map with the style code of each seed."""
        with torch.inference_mode():
            rows = []
            conditions = self._editor.condition(np.stack(label_maps))
            for label_map, condition in zip(label_maps, conditions, strict=True):
                ws = self._editor.faces(condition, seeds)
                drawn = to_images(draw(self._pack_generator, ws, device=self.device))
                rows.append(np.stack([self._painter.whole_face(label_map, d) for d in drawn]))
            return np.stack(rows)

    def move_to(self, device: str, notice: str) -> None:
        """Have the networks on another device; ``notice`` says why."""
        self._inverter = Inverter(self._pack, device, before=self._inverter)
        self._place(device)
        self._generators.move_to(device)
        self._connect()
        self.notice = notice

    # --- within -------------------------------------------------------------------------------

    def _gallery(self, indices: Sequence[int]) -> torch.Tensor:
        """Latents ``[N, L, D]`` of the pack's gallery."""
        if not self.gallery_size:
            raise PackError(
                f"The pack {self.pack_title} has no gallery.",
                "Import one with StyleFlow's all_latents.pickle and its generator.",
            )
        latents = self._pack.latents.ws
        if not all(0 <= index < len(latents) for index in indices):
            raise PackError(
                f"The gallery has {len(latents)} faces.", f"Choose one of 0 to {len(latents) - 1}."
            )
        if latents.shape[1] != self._pack_generator.synthesis.num_ws:
            raise PackError(
                "The latents of the gallery are not of the pack's generator.",
                "Import the generator that they were made with.",
            )
        return latents[list(indices)]

    @or_on_cpu
    def _pictures_of(self, ws: torch.Tensor, *, small: bool = False) -> NDArray[np.uint8]:
        """Pictures ``[N, 512, 512, 3]`` by the pack's generator; ``[N, 128, 128, 3]`` drafts."""
        size = THUMBNAIL_PX if small else CROP_SIZE
        with torch.inference_mode():
            draft_size = size if small else None
            img = draw(self._pack_generator, ws, device=self.device, draft_size=draft_size)
            return to_images(_resized(img, size))

    def _place(self, device: str) -> None:
        pack, self.device = self._pack, device
        self._editor = LatentEditor(pack, device=device)
        self._parser = placed(pack.parser, device)
        network = placed(pack.painter, device) if pack.has("painter") else None
        self._painter = Painter(network, device)
        self._pack_generator = placed(pack.generator, device)

    def _connect(self) -> None:
        """Anew what draws and edits by the networks that were placed."""
        self._drawing = Drawing(self._generators, self.device)
        self._renderer = EditRenderer(
            self._editor, self._drawing, self._painter, parser=self._parser,
            seen_model=SeenModel.of_figures(self._pack.manifest.quality),
        )  # fmt: skip

    def _reference(
        self, path: Path, cancel: Event | None, report: Report | None
    ) -> tuple[NDArray[np.uint8], FaceBox]:
        """The aligned crop of the largest face in another photo."""
        source = InputFile.at(path)
        display = self._pictures.read_photo(path, cancel=cancel).display
        self._references.append(source)
        faces = self._faces_in(display, cancel, report)
        if not faces:
            raise NoFaceError(
                f"No face was found in {path.name}.",
                "Choose a reference photo with a face turned to the camera.",
            )
        return extract_crop(display, faces[0].quad), faces[0]

    def _faces_in(
        self, display: NDArray[np.uint8], cancel: Event | None, report: Report | None
    ) -> tuple[FaceBox, ...]:
        return tuple(self._finder.find(display, cancel=cancel, report=report))

    def _set_open(self, photo: OpenedPhoto) -> None:
        super()._set_open(photo)
        self._drawing.forget()
        self._generators.forget()

    def _prepared(self, state: FaceState) -> PreparedFace:
        finite_state(state)
        with torch.inference_mode():
            picture = as_picture(self._drawing.state(state).render)
            target = to_images(self._inverter.img(state.crop))[0]
        layers = frozen(fill_underneath(state.label_map))
        return PreparedFace(state, layers, frozen(picture), psnr_db(picture, target))


def _resized(img: torch.Tensor, size: int) -> torch.Tensor:
    return F.interpolate(img, size=size, mode="bicubic", align_corners=False)


def _thumbnail(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    size = (THUMBNAIL_PX, THUMBNAIL_PX)
    return frozen(cv2.resize(crop, size, interpolation=cv2.INTER_AREA).astype(np.uint8))


def _nothing_replaced() -> NDArray[np.uint8]:
    return frozen(np.zeros((CROP_SIZE, CROP_SIZE), np.uint8))
