"""The configuration: everything wrong with it is said at once, with file, table.key, found and allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import CONFIG

from lobby.branch import Branch
from lobby.config import ConfigError, read_branch
from lobby.tiering import area_for, served_in


def complaints(tmp_path: Path, *changes: tuple[str, str]) -> str:
    text = CONFIG.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / "branch.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as refused:
        read_branch(file)
    return refused.value.text("en")


def test_the_shipped_branch_is_whole(branch: Branch) -> None:
    assert len(branch.areas) == 5
    assert [t.id for t in branch.tiers] == ["standard", "gold", "wealth", "private"]
    assert len(branch.services) >= 8
    assert len(branch.counters) == 8
    assert len(branch.boards) == 4


def test_every_customer_of_the_shipped_branch_can_be_served(branch: Branch) -> None:
    for service in branch.services:
        for tier in branch.tiers:
            for needs in ((), ("disabled",)):
                area = area_for(branch, service.id, tier.id, needs)
                assert served_in(branch, area, service.id, tier.id)


def test_all_complaints_come_at_once(tmp_path: Path) -> None:
    said = complaints(
        tmp_path,
        ("paper_mm = 80", "paper_mm = 70"),
        ('serves = ["corporate"]', 'serves = ["corporat"]'),
        ("usual_s = 300", 'usual_s = "long"'),
        ("recall_max", "recal_max"),
        ("Asia/Shanghai", "Asia/Shang"),
        ('device = "virtual:"', 'device = "parallel:"'),
    ).splitlines()
    assert len(said) == 6
    file = tmp_path / "branch.toml"
    assert f"{file}: printers.paper_mm (slip): found 70; allowed: 58 or 80" in said
    assert any(line.startswith(f'{file}: counters.serves (7): found "corporat"; allowed: cash,') for line in said)
    assert f"{file}: rules.recal_max: found 3; allowed: no such key" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('series = "A"', 'series = "a1"', "services.series (cash)"),
        ('id = "gold"', 'id = "standard"', "tiers.id (standard)"),
        ('id = "fx"', 'id = "F X"', "services.id"),
        ("target_wait_s = 900", "target_wait_s = 0", "tiers.target_wait_s (gold): found 0"),
        ('serves = ["corporate"]', "serves = []", "at least one counter that serves corporate"),
        ('public_url = ""', 'public_url = "lobby.example.com"', "public_url"),
        ("bank = {", "bank = [", "TOML"),
        ("bad_score = 2", 'directory = "missing.csv"', "rules.directory: found"),
        ("[security]", '[directory]\nfile = "missing.csv"\n[security]', "directory.file: found"),
        ("[security]", '[directory]\nurl = "https://crm.bank/tier?key={key}"\n[security]', "in the body of a POST"),
        ("[security]", '[directory]\nurl = "http://crm.bank/tier"\n[security]', "http on this machine only"),
        ("[security]", '[directory]\nurl = "https://user:word@crm.bank/tier"\n[security]', "directory.url"),
        ("[security]", '[directory]\nurl = "ftp://crm.bank/tier"\n[security]', "directory.url"),
        ("[security]", '[directory]\ntoken_file = "none"\n[security]', "directory.token_file"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in complaints(tmp_path, (old, new))


def test_a_missing_file_is_one_complaint(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        read_branch(tmp_path / "nowhere.toml")


def test_complaints_speak_chinese(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("zone = 3")
    with pytest.raises(ConfigError) as refused:
        read_branch(tmp_path / "c.toml")
    assert "必须填写" in refused.value.text("zh")


def test_slides_lie_beside_the_configuration_and_a_wrong_volume_is_said(tmp_path: Path, branch: Branch) -> None:
    assert branch.board["main"].slides == str(CONFIG.parent / "slides")
    said = complaints(tmp_path, ("level = 70", "level = 170"), ('to = "14:00"', 'to = "14 h"'))
    assert "volume.level (#1): found 170; allowed: a number of 100 or less" in said
    assert 'volume.to (#1): found "14 h"; allowed: a time of day such as 09:00' in said
