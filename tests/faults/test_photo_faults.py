"""The quick part of `photo_faults.py`."""

from pathlib import Path

from photo_faults import damaged_photos, whole_photos


def test_damaged_photos_are_pictures_or_sentences(tmp_path: Path) -> None:
    counts = damaged_photos(350, 11, tmp_path)
    print(f"350 damaged photos: {counts}")
    assert not counts.wrong and counts.outcomes["told"] > 100


def test_whole_photos_are_what_was_written_and_what_another_decoder_reads(tmp_path: Path) -> None:
    counts = whole_photos(200, 11, tmp_path)
    print(f"200 whole photos: {counts}")
    assert not counts.wrong and counts.outcomes["whole"] == 200
