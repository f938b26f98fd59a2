"""A collection is read from its table or from its folders; what is wrong with it is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from ml.collection import BadCollection, load_pixels, read_collection
from ml.images import UnreadablePicture


def paint(file: Path, colour: str = "red") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (20, 12), colour).save(file)


def test_a_table_is_read_with_what_it_says_of_each_picture(tmp_path: Path) -> None:
    paint(tmp_path / "a.png")
    lines = [
        "file,artist,qualifier,title,year,style,source",
        "a.png,Ada,Follower of,Boats,c. 1887,Impressionism,museum",
    ]
    (tmp_path / "metadata.csv").write_text("\n".join(lines))
    [picture] = read_collection(tmp_path)
    assert (picture.artist, picture.qualifier, picture.year) == ("Ada", "Follower of", 1887)
    assert (picture.named_artist, picture.style, picture.source) == ("Ada", "Impressionism", "museum")
    assert not picture.is_known


def test_a_table_may_be_named_itself(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("file,artist\nb/x.jpg,Bo\n")
    assert read_collection(tmp_path / "other.csv")[0].file == tmp_path / "b/x.jpg"


def test_folders_are_artists(tmp_path: Path) -> None:
    paint(tmp_path / "Ada" / "1.png")
    paint(tmp_path / "Bo" / "1.png")
    (tmp_path / "Bo" / "notes.txt").write_text("no picture")
    assert [picture.artist for picture in read_collection(tmp_path)] == ["Ada", "Bo"]


@pytest.mark.parametrize("name", ["Unknown", "", "anonymous"])
def test_nobody_s_work_is_not_a_known_one(tmp_path: Path, name: str) -> None:
    (tmp_path / "metadata.csv").write_text(f"file,artist\na.png,{name}\n")
    assert not read_collection(tmp_path)[0].is_known


def test_an_empty_folder_and_a_wrong_table_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadCollection, match="no pictures"):
        read_collection(tmp_path)
    with pytest.raises(BadCollection, match="no folder"):
        read_collection(tmp_path / "gone")
    (tmp_path / "metadata.csv").write_text("picture\nx\n")
    with pytest.raises(BadCollection, match="file"):
        read_collection(tmp_path)


def test_a_bad_file_is_named(tmp_path: Path) -> None:
    paint(tmp_path / "Ada" / "1.png")
    (tmp_path / "Ada" / "2.png").write_bytes(b"no picture")
    with pytest.raises(UnreadablePicture, match=r"2\.png"):
        load_pixels(read_collection(tmp_path), 32)
    assert load_pixels(read_collection(tmp_path)[:1], 32).shape == (1, 3, 32, 32)
