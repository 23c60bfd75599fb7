"""The original's tools: they read its folder layout and write the pictures that it writes."""

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_pack import tiny_original_pack, tiny_pack

from s2flow_app.cli.main import run
from s2flow_app.label_files import write_label_map
from s2flow_app.labels import (
    EYEGLASSES,
    HAIR,
    KNOWN_PALETTES,
    LEFT_EYE,
    MOUTH,
    PALETTE,
    SKIN,
)
from s2flow_app.original import map_edits, tools
from s2flow_app.original.layout import TEST_SET, OriginalFolder, read_colours


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs") / "theirs"
    tiny_original_pack(folder)
    return folder


def _map(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 19, (16, 16)).astype(np.uint8).repeat(32, 0).repeat(32, 1)


def _face(hair: str, *, smile: float = 0.0, glasses: str = "NoGlasses") -> list:
    attributes = {
        "hair": {"hairColor": [{"color": hair, "confidence": 0.9}]},
        "gender": "female", "smile": smile, "glasses": glasses,
    }  # fmt: skip
    return [{"faceAttributes": attributes}]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The original's working folder, with six faces, three of them in the test set."""
    (tmp_path / "data").mkdir()
    faces = [
        _face("red"), _face("black", smile=0.9), _face("black"), _face("red"),
        _face("brown", smile=0.8, glasses="ReadingGlasses"), [],
    ]  # fmt: skip
    near = {i: [j for j in range(6) if j != i] for i in range(5)}
    for name, content in (
        ("all_att.pickle", {"Attribute": [faces]}),
        ("cat_10k.pkl", {"easy": near, "med": {}, "hard": {}}),
    ):
        (tmp_path / "data" / name).write_bytes(pickle.dumps(content))
    for kind in ("color_sm", "gray_sm"):
        (tmp_path / TEST_SET / kind).mkdir(parents=True)
    for index in (0, 2, 4):
        label_map = _map(index)
        Image.fromarray(PALETTE[label_map]).save(tmp_path / TEST_SET / f"color_sm/{index}.png")
        Image.fromarray(label_map).save(tmp_path / TEST_SET / f"gray_sm/{index}.png")
    return tmp_path


def _size(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def test_semantic_writes_a_row_of_maps_and_pictures(tmp_path: Path, pack: Path) -> None:
    (tmp_path / "gray").mkdir()
    write_label_map(tmp_path / "gray" / "3.png", _map(1))
    assert run(["original", "semantic", "--exp-path", str(tmp_path), "--pack", str(pack)]) == 0
    written = tmp_path / "results" / "cs3_full" / "3_grid_0.png"
    assert _size(written) == (4 * 512, 512)
    tiles = np.asarray(Image.open(written)).reshape(512, 4, 512, 3).swapaxes(0, 1)
    np.testing.assert_array_equal(tiles[1], PALETTE[_map(1)])
    assert (tiles[2] != tiles[3]).any(), "the picture was edited"


def test_sequential_goes_on_from_each_result(root: Path, pack: Path) -> None:
    assert run(["original", "sequential", "--root", str(root), "--pack", str(pack)]) == 0
    written = sorted((root / "results_sequential" / "cs3_full").glob("*.png"))
    assert [path.stem for path in written] == ["0", "2", "4"]
    assert _size(written[0]) == (3 * 514 + 2, 2 * 514 + 2)


def test_style_walks_red_hair_to_black(root: Path, pack: Path) -> None:
    assert run(["original", "style", "--root", str(root), "--pack", str(pack)]) == 0
    walk = root / "style_editing" / "red2black.png"
    assert _size(walk) == (10 * 512, 2 * 512), "two faces with red hair, ten steps each"


def test_conditional_writes_its_three_kinds_of_grids(
    root: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "STYLE_FACES", (1,))
    monkeypatch.setattr(tools, "STYLES_EACH", 2)
    codes = root / "data/dataset/ffhq/test/latents/cnf"
    codes.mkdir(parents=True)
    torch.save(torch.randn(4, 12, 32), codes / "sample_z.pt")
    assert run(["original", "conditional", "--root", str(root), "--pack", str(pack)]) == 0
    results = root / "results" / "cs3_full"
    assert _size(results / "cond_test" / "cond_gen.png") == (6 * 514 + 2, 514 + 2)
    assert _size(results / "random_imgs_segmap_fixed_0.png") == (2 * 514 + 2, 2 * 514 + 2)
    assert _size(results / "random_imgs_style_fixed_2.png") == (4 * 512, 2 * 512)


def test_another_pack_and_a_folder_without_maps_are_a_sentence(
    tmp_path: Path, pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny_pack(tmp_path / "ours")
    asked = ["original", "semantic", "--exp-path", str(tmp_path), "--pack"]
    assert run([*asked, str(tmp_path / "ours")]) == 1
    assert "not of S2-Flow's own checkpoints" in capsys.readouterr().err
    assert run([*asked, str(pack)]) == 1
    assert "holds no label maps" in capsys.readouterr().err


def test_attributes_of_faces_nobody_saw_are_none(root: Path) -> None:
    unseen = OriginalFolder(root).attributes[5]
    assert unseen.hair is None and unseen.glasses is None and not unseen.smiles


def test_parts_of_another_map_are_laid_over_skin() -> None:
    source = np.full((8, 8), SKIN, np.uint8)
    source[6] = MOUTH
    other = np.full((8, 8), SKIN, np.uint8)
    other[4] = MOUTH
    found = map_edits.with_mouth(source, other)
    assert (found[4] == MOUTH).all() and (found[6] == SKIN).all()
    source[2], other[2] = EYEGLASSES, LEFT_EYE
    assert (map_edits.without_glasses(source, other)[2] == LEFT_EYE).all()


def test_other_hair_replaces_hair_and_background_alone() -> None:
    source = np.zeros((16, 16), np.uint8)
    source[:4], source[8:] = HAIR, SKIN
    other = np.zeros((16, 16), np.uint8)
    other[4:10] = HAIR
    found = map_edits.with_hair(source, other)
    assert (found[8:] == SKIN).all()
    assert (found[5:8] == HAIR).all() and (found[:2] == 0).all()


def test_maps_of_any_known_palette_are_meant_alike(tmp_path: Path) -> None:
    label_map = np.zeros((512, 512), np.uint8)
    label_map[100:200], label_map[200:300] = SKIN, HAIR
    for k, palette in enumerate(KNOWN_PALETTES):
        colours = {class_id: colour for colour, class_id in palette.items()}
        table = np.array([colours.get(i, (0, 0, 0)) for i in range(19)], np.uint8)
        Image.fromarray(table[label_map]).save(tmp_path / f"{k}.png")
        np.testing.assert_array_equal(read_colours(tmp_path / f"{k}.png"), PALETTE[label_map])
    smoothed = np.full((512, 512, 3), 77, np.uint8)
    Image.fromarray(smoothed).save(tmp_path / "smoothed.png")
    np.testing.assert_array_equal(read_colours(tmp_path / "smoothed.png"), smoothed)


@pytest.mark.parametrize("tool", ["semantic", "sequential", "style", "conditional"])
def test_help_names_what_differs_and_the_original_s_options(
    tool: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(["original", tool, "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "where CUDA is not there" in said and "no absolute paths" in said
    assert "--exp_name" in said and "(cs3_full)" in said
    assert ("--exp_path" in said) == (tool == "semantic")
