"""A photo's face as a label map: find, align, parse."""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from s2flow_app.alignment import extract_crop
from s2flow_app.engine.faces import FaceFinder
from s2flow_app.engine.guided import enlarged_along
from s2flow_app.engine.pack import Pack
from s2flow_app.errors import NoFaceError
from s2flow_app.labels import HAIR, HAT, LABEL_SIZE, LabelMap, mirror_table
from s2flow_app.model.face import FaceBox
from s2flow_app.nets.images import to_img
from s2flow_app.nets.landmarks import LandmarkNet
from s2flow_app.nets.parser import AnyParser

MIRRORED_UP_TO = 256
"""Input side in pixels of parsers that are quick enough to be asked twice."""
LEAST_HAT = 0.1
"""Of hair and hat: less is a sheen on hair. Nearly all hats of the data are a third and more."""


@dataclass(frozen=True, slots=True, eq=False)
class ParsedFace:
    """One face of a photo, aligned and parsed."""

    face: FaceBox
    crop: NDArray[np.uint8]
    """``[512, 512, 3]`` sRGB."""
    label_map: LabelMap


def face_finder(net: LandmarkNet) -> FaceFinder:
    """A face finder on the pack's landmark net."""

    def locate(crops: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        with torch.inference_mode():
            points, logits = net(to_img(crops))
        return points.numpy(), logits.sigmoid().numpy()

    return FaceFinder(locate)


def parse_crop(parser: AnyParser, crop: NDArray[np.uint8]) -> LabelMap:
    """The label map ``[512, 512]`` of a drawing ``[H, H, 3]``: `parse_photo` in half the time."""
    with torch.inference_mode():
        device = next(parser.parameters()).device
        img = F.interpolate(to_img(crop[None]).to(device), size=parser.input_size, mode="area")
        logits = F.interpolate(parser(img), size=LABEL_SIZE, mode="bilinear", align_corners=False)
    return logits.argmax(1)[0].cpu().numpy().astype(np.uint8)


def parse_photo(parser: AnyParser, crop: NDArray[np.uint8]) -> LabelMap:
    """The label map ``[H, H]`` of an aligned photo ``[H, H, 3]``, its outlines the photo's own.

    Small parsers see it mirrored, too. What they are sure of is enlarged along the photo's edges.
    """
    with torch.inference_mode():
        device = next(parser.parameters()).device
        img = F.interpolate(to_img(crop[None]).to(device), size=parser.input_size, mode="area")
        shares = parser(img).softmax(1)
        if parser.input_size <= MIRRORED_UP_TO:
            twins = torch.from_numpy(mirror_table().astype(np.int64)).to(device)
            shares = shares + parser(img.flip(3)).softmax(1).flip(3)[:, twins]
    found = shares[0].permute(1, 2, 0).contiguous().cpu().numpy()
    if found.shape[0] > crop.shape[0]:
        found = cv2.resize(found, crop.shape[1::-1], interpolation=cv2.INTER_AREA)
    return _hair_or_hat(enlarged_along(found, crop).argmax(2).astype(np.uint8))


def _hair_or_hat(label_map: LabelMap) -> LabelMap:
    """The map ``[H, H]`` without specks of hat in the hair."""
    hat = label_map == HAT
    if hat.sum() < LEAST_HAT * (hat | (label_map == HAIR)).sum():
        label_map[hat] = HAIR
    return label_map


def parse_face(pack: Pack, photo: NDArray[np.uint8], *, index: int = 0) -> ParsedFace:
    """Find the faces of ``photo [H, W, 3]`` and parse the one at ``index`` (0: the largest).

    Raises:
        NoFaceError: there are not so many faces.
    """
    faces = face_finder(pack.landmarks).find(photo)
    if not faces:
        raise NoFaceError(
            "No face was found in the photo.", "Use one with a face turned to the camera."
        )
    if index >= len(faces):
        raise NoFaceError(
            f"The photo has {len(faces)} face(s); there is no face {index}.",
            f"Use 0 to {len(faces) - 1}; 0 is the largest.",
        )
    crop = extract_crop(photo, faces[index].quad)
    return ParsedFace(faces[index], crop, parse_photo(pack.parser, crop))
