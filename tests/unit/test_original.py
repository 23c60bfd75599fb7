"""The original's tools: they read its folder layout and write the pictures that it writes."""

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_pack import tiny_original_pack, tiny_pack

from s2flow_app.cli.main import run
from s2flow_app.cli.samples import _shown
from s2flow_app.engine.pack import load_pack
from s2flow_app.engine.parse import parse_crop
from s2flow_app.engine.picture_process import PictureProcess
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
from s2flow_app.original.layout import (
    TEST_SET,
    Attributes,
    OriginalFolder,
    Settings,
    read_colours,
)


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


def test_a_smile_without_other_hair_is_written_and_the_first_faces_alone_are_tried(
    root: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "SEQUENCES", 2)
    near = {0: [1, 4], 2: [0], 4: [1]}  # 1 smiles and is male, 4 smiles; 2 has nobody who does
    (root / "data/cat_10k.pkl").write_bytes(pickle.dumps({"easy": near}))
    faces = [_face("red"), _face("black", smile=0.9), *(_face("red") for _ in range(4))]
    for k in (1, 4):
        faces[k][0]["faceAttributes"] |= {"gender": "male", "smile": 0.9}
    (root / "data/all_att.pickle").write_bytes(pickle.dumps({"Attribute": [faces]}))
    assert run(["original", "sequential", "--root", str(root), "--pack", str(pack)]) == 0
    written = sorted((root / "results_sequential" / "cs3_full").glob("*.png"))
    assert [path.stem for path in written] == ["0"], "the third face is not tried in 2's place"
    assert _size(written[0]) == (3 * 514 + 2, 2 * 514 + 2), "two maps and two pictures, by threes"


def test_the_configuration_s_seed_batch_and_samples_hold(
    root: Path, pack: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tools, "STYLE_FACES", ())
    monkeypatch.setattr(tools, "CONTENT_FACES", 0)
    assert OriginalFolder(root, "mine").settings == Settings(34, 40, 9000)
    config = root / "experiments/mine/ckptdir/config.txt"
    config.parent.mkdir(parents=True)
    config.write_text('{"seed": 7, "batch": 2, "num_samples": 3, "lr": 1}')
    assert OriginalFolder(root, "mine").settings == Settings(7, 2, 3)
    asked = ["--root", str(root), "--pack", str(pack), "--exp-name"]
    assert run(["original", "conditional", *asked, "mine"]) == 0
    assert _size(root / "results/mine/cond_test/cond_gen.png") == (4 * 514 + 2, 514 + 2)
    assert run(["original", "style", *asked, "mine"]) == 0
    assert _size(root / "style_editing/red2black.png") == (10 * 512, 512), "3 has red hair, too"
    config.write_text('{"seed": "many"}')
    assert run(["original", "style", *asked, "mine"]) == 1
    assert "says a seed that is no number" in capsys.readouterr().err


def test_mean_codes_and_maps_are_used_where_they_lie(root: Path, pack: Path) -> None:
    asked = ["original", "style", "--root", str(root), "--pack", str(pack)]
    walk = root / "style_editing/red2black.png"
    assert run([*asked, "--as-published"]) == 1, "the script reads a mean code"
    means = root / "data/attr_experiments_real/v1/mean_zs_haircolor.pkl"
    means.parent.mkdir(parents=True)
    pictures = []
    for scale in (0.0, 3.0):
        codes = {"black": np.full((12, 32), scale, np.float32), "red": None}
        means.write_bytes(pickle.dumps(codes))
        assert run(asked) == 0
        pictures.append(walk.read_bytes())
    assert pictures[0] != pictures[1]
    (root / "data/dataset/ffhq/color_sm").mkdir()
    for index in (0, 3):
        Image.fromarray(PALETTE[_map(9)]).save(root / f"data/dataset/ffhq/color_sm/{index}.png")
    assert run(asked) == 0 and walk.read_bytes() != pictures[1]
    assert run([*asked, "--as-published"]) == 0


def test_all_faces_with_black_hair_are_in_the_mean(root: Path, pack: Path) -> None:
    made = tools.OriginalTools(load_pack(pack), report=lambda stage, share: None)
    folder = OriginalFolder(root)
    folder.attributes = [Attributes("black", None, None, False)] * 60
    made._nets.latents = made._nets.latents[:1].expand(60, -1, -1)
    assert len(made._with_hair_colour(folder, "black")) == 60


def test_maps_may_be_named_with_leading_zeros(tmp_path: Path, pack: Path) -> None:
    (tmp_path / "gray").mkdir()
    for name in ("00003", "1"):
        write_label_map(tmp_path / "gray" / f"{name}.png", _map(1))
    asked = ["original", "semantic", "--exp-path", str(tmp_path), "--pack", str(pack)]
    assert run(asked) == 0
    written = sorted(path.name for path in (tmp_path / "results" / "cs3_full").iterdir())
    assert written == ["00003_grid_1.png", "1_grid_0.png"]
    write_label_map(tmp_path / "gray" / "03.png", _map(1))
    assert run(asked) == 1, "two maps of one face"


def test_semantic_as_published_depends_on_the_maps_before(tmp_path: Path, pack: Path) -> None:
    found = {}
    for names in ((3,), (1, 3)):
        for more in ([], ["--as-published"]):
            folder = tmp_path / f"{len(names)}{len(more)}"
            (folder / "gray").mkdir(parents=True)
            for name in names:
                write_label_map(folder / "gray" / f"{name}.png", _map(name))
            asked = ["original", "semantic", "--exp-path", str(folder), "--pack", str(pack)]
            assert run([*asked, *more]) == 0
            (last,) = (folder / "results" / "cs3_full").glob("3_grid_*.png")
            found[len(names), len(more)] = last.read_bytes()
    assert found[1, 0] == found[2, 0] and found[1, 1] != found[2, 1]
    assert found[1, 0] != found[1, 1]


def test_label_maps_are_shown_beside_faces_of_any_size() -> None:
    label_map = _map(3)
    for size in (64, 128, 256, 300, 512, 1024):
        shown = _shown(label_map, size)
        assert shown.shape == (size, size, 3)
        np.testing.assert_array_equal(shown[0, 0], PALETTE[label_map[0, 0]])
        np.testing.assert_array_equal(shown[-1, -1], PALETTE[label_map[-1, -1]])
    np.testing.assert_array_equal(_shown(label_map, 512), PALETTE[label_map])
    np.testing.assert_array_equal(_shown(label_map, 128), PALETTE[label_map[::4, ::4]])


def test_deeplab_runs_in_contiguous_memory(pack: Path) -> None:
    parser = load_pack(pack).parser
    assert all(t.is_contiguous() for t in parser.state_dict().values())
    seen = []
    parser.get_submodule("conv1").register_forward_hook(lambda *given: seen.append(given[1][0]))
    parse_crop(parser, np.zeros((512, 512, 3), np.uint8))
    assert seen[0].is_contiguous()


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
    pictures = PictureProcess()
    for k, palette in enumerate(KNOWN_PALETTES):
        colours = {class_id: colour for colour, class_id in palette.items()}
        table = np.array([colours.get(i, (0, 0, 0)) for i in range(19)], np.uint8)
        Image.fromarray(table[label_map]).save(tmp_path / f"{k}.png")
        found = read_colours(tmp_path / f"{k}.png", pictures)
        np.testing.assert_array_equal(found, PALETTE[label_map])
    smoothed = np.full((512, 512, 3), 77, np.uint8)
    Image.fromarray(smoothed).save(tmp_path / "smoothed.png")
    np.testing.assert_array_equal(read_colours(tmp_path / "smoothed.png", pictures), smoothed)


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
