"""The branch's own pictures and announcements: what is shown, what is left out, and how they are served."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from conftest import midday_config, serving, until
from PIL import Image

import doctor
from app import Lobby, open_lobby
from display.board.slides import PICTURE_MAX_B, Show, SlideDecks
from lobby.branch.model import Branch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "slides").mkdir()
    return tmp_path / "slides"


def shown(folder: Path) -> list[dict[str, object]]:
    show = Show(folder)
    show.read()
    return [slide.view() for slide in show.slides]


def picture(path: Path) -> Path:
    Image.new("RGB", (8, 5), "teal").save(path)
    return path


def test_an_announcement_is_chinese_then_english_each_with_its_headline(folder: Path) -> None:
    (folder / "a.md").write_text(
        "# 今日提前下班\n下午四点关门。\n请谅解。\n\nClosing early\nAt four.\n\nnot read"
    )
    assert shown(folder) == [
        {"zh": ("今日提前下班", "下午四点关门。\n请谅解。"), "en": ("Closing early", "At four.")}
    ]


def test_headquarters_slides_stand_before_the_branch_s_own(folder: Path, branch: Branch) -> None:
    (folder / "a.txt").write_text("网点\n\nOf the branch")
    headquarters = folder.parent / "sent"
    headquarters.mkdir()
    (headquarters / "z.txt").write_text("省行\n\nOf headquarters")
    board = replace(branch.boards[0], slides=str(folder))
    plain = replace(branch.boards[1], slides=None)
    decks = SlideDecks([board, plain], headquarters)
    assert decks.read()
    show = decks.of(board.id)
    assert show
    assert [slide.en[0] for slide in show.slides] == ["Of headquarters", "Of the branch"]
    assert decks.of(plain.id) is None
    (headquarters / "z.txt").unlink()
    assert decks.read()
    assert [slide.en[0] for slide in show.slides] == ["Of the branch"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_an_announcement_is_read_as_notepad_saved_it(folder: Path, encoding: str) -> None:
    (folder / "a.txt").write_bytes("提醒\r\n\r\nNote\r\n".encode(encoding))
    assert shown(folder) == [{"zh": ("提醒", ""), "en": ("Note", "")}]


def test_slides_come_in_the_order_of_their_names_and_a_text_beside_a_picture_says_what_it_shows(
    folder: Path,
) -> None:
    picture(folder / "2.png"), picture(folder / "1.jpg"), picture(folder / "3.webp")
    (folder / "2.txt").write_text("春节\n快乐")
    (folder / "0.txt").write_text("欢迎")
    found = shown(folder)
    assert [slide.get("alt") for slide in found] == [None, "", "春节 快乐", ""]
    assert not any("1.jpg" in str(slide) for slide in found)


def test_what_cannot_be_shown_is_left_out(folder: Path, tmp_path: Path) -> None:
    (folder / "broken.jpg").write_bytes(b"\xff\xd8 no picture")
    (folder / "page.png").write_text("<script>alert(1)</script>")
    picture(folder / "a.png").rename(folder / "pretends.jpg")
    (folder / "large.png").write_bytes(
        picture(folder / "b.png").read_bytes() + b"\0" * PICTURE_MAX_B
    )
    (folder / "b.png").unlink()
    (folder / "long.txt").write_text("长" * 9000)
    (folder / "empty.txt").write_text(" \n\n ")
    (folder / ".hidden.txt").write_text("secret")
    (folder / "run.sh").write_text("echo")
    (tmp_path / "outside.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "folder.txt").mkdir()
    assert shown(folder) == []


def test_new_changed_and_removed_files_are_seen_and_nothing_else(folder: Path) -> None:
    show = Show(folder)
    assert not show.read()
    (folder / "a.txt").write_text("一")
    assert show.read()
    assert not show.read()
    first = show.revision
    (folder / "a.txt").write_text("一二")
    assert show.read()
    assert show.revision != first
    (folder / "a.txt").unlink()
    assert show.read()
    assert show.revision == ""


def test_a_folder_that_is_not_there_has_no_slides(tmp_path: Path) -> None:
    assert shown(tmp_path / "nowhere") == []


def test_the_doctor_counts_the_slides_and_warns_when_there_is_none(tmp_path: Path) -> None:
    config = midday_config(tmp_path)
    found = lambda: next(f for f in doctor.examine(config, tmp_path, "en") if f.topic == "slides")  # noqa: E731
    assert found().grade == "warn"
    (tmp_path / "slides").mkdir()
    (tmp_path / "slides" / "one.txt").write_text("今日提前下班\n\nClosing early")
    assert (found().grade, found().text[-3:]) == ("ok", ": 1")


def test_a_running_branch_takes_slides_in_and_serves_only_those(tmp_path: Path) -> None:
    with serving(tmp_path / "var", config=midday_config(tmp_path)) as server:
        board = f"{server.url}/api/v1/boards/main"
        slides = tmp_path / "slides"
        assert requests.get(board, timeout=30).json()["slides"] is None
        slides.mkdir()
        picture(slides / "a.png")
        until(lambda: requests.get(board, timeout=30).json()["slides"], "the slides are seen")
        (found,) = requests.get(f"{board}/slides", timeout=30).json()["slides"]
        answer = requests.get(f"{server.url}/board/main/picture/{found['picture']}", timeout=30)
        assert answer.headers["content-type"] == "image/png"
        assert answer.content == (slides / "a.png").read_bytes()
        for wrong in ("a.png", "..%2F..%2Fconfig.toml", "%2e%2e/config.toml", "x"):
            assert (
                requests.get(f"{server.url}/board/main/picture/{wrong}", timeout=30).status_code
                == 404
            )
        other = requests.get(f"{server.url}/board/counter-1/picture/{found['picture']}", timeout=30)
        assert other.status_code == 404
        (slides / "a.png").unlink()
        until(lambda: requests.get(board, timeout=30).json()["slides"] is None, "and their going")


@pytest.fixture
def lobby(branch: Branch, folder: Path, tmp_path: Path) -> Iterator[Lobby]:
    """A branch whose slides are in the folder."""
    boards = tuple(replace(board, slides=str(folder)) for board in branch.boards)
    opened = open_lobby(
        replace(branch, boards=boards), tmp_path / "var", "http://x", loopback=True, demo=True
    )
    opened.runtime.writer.notify = opened.runtime.writer.pump
    yield opened
    opened.close()


def test_a_slide_that_became_a_link_meanwhile_is_not_sent(
    lobby: Lobby, folder: Path, tmp_path: Path
) -> None:
    """Between two looks at the folder somebody who may write there puts a link in a picture's place."""
    file = picture(folder / "a.png")
    shows = lobby.feed._slides
    assert shows.read()
    client = lobby.app.test_client()
    (slide,) = client.get("/api/v1/boards/main/slides").json["slides"]
    sent = f"/board/main/picture/{slide['picture']}"
    assert client.get(sent).data == file.read_bytes()
    file.rename(tmp_path / "moved.png")
    file.symlink_to(tmp_path / "moved.png")
    assert client.get(sent).status_code == 404


def test_a_recording_that_is_a_link_is_not_sent(lobby: Lobby) -> None:
    data = lobby.runtime.data
    client = lobby.app.test_client()
    number = client.post("/api/v1/tickets", json={"service": "cash"}).json["number"]
    own = data / "clips" / "zh" / f"{number}-1.wav"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_bytes(b"RIFF own")
    clip = f"/voice/zh/{number}/1.wav"
    assert client.get(clip).data == b"RIFF own"
    own.unlink()
    own.symlink_to(data / "secret.key")
    spoken = client.get(clip).data
    assert spoken.startswith(b"RIFF")
    assert spoken != b"RIFF own"
