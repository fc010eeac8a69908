"""The configuration: everything wrong with it is said at once, with file, table.key, found and allowed."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from conftest import CONFIG

import doctor
from lobby.branch.config import ConfigError, read_branch
from lobby.branch.forms import is_device
from lobby.branch.model import Branch
from lobby.branch.names import Lang
from lobby.branch.routing import area_for, served_in
from lobby.branch.rules import NO_CODE
from lobby.customers.customer_file import unreadable
from printer.devices.profiles import unknown_profiles


def complaints(tmp_path: Path, *changes: tuple[str, str]) -> str:
    text = CONFIG.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / "branch.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as refused:
        read_branch(file, unreadable, unknown_profiles)
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


@pytest.mark.parametrize("code", ["", "44-03", "4403440344034", "四四〇三"])
def test_a_branch_code_of_another_form_is_named(tmp_path: Path, code: str) -> None:
    said = complaints(tmp_path, ('code = "4403"', f'code = "{code}"'))
    assert f'branch.code: found "{code}"; allowed: 1 to 12 letters or digits' in said


@pytest.mark.parametrize(("lang", "hint"), [("en", "it has no branch code"), ("zh", "未填机构号")])
def test_a_branch_without_a_code_opens_and_is_reminded(
    tmp_path: Path, lang: Lang, hint: str
) -> None:
    file = tmp_path / "branch.toml"
    file.write_text(CONFIG.read_text().replace('[branch]\ncode = "4403"', "", 1))
    assert read_branch(file).code == NO_CODE
    (finding,) = (one for one in doctor.examine(file, tmp_path, lang) if one.topic == "branch")
    assert (finding.grade, hint in finding.text) == ("warn", True)


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
    assert any(
        line.startswith(f'{file}: counters.serves (7): found "corporat"; allowed: cash,')
        for line in said
    )
    assert f"{file}: rules.recal_max: found 3; allowed: no such key" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('series = "A"', 'series = "a1"', "services.series (cash)"),
        ('id = "gold"', 'id = "standard"', "tiers.id (standard)"),
        ('id = "fx"', 'id = "F X"', "services.id"),
        ("bad_score = 2", 'bad_score = "2"', 'rules.bad_score: found "2"; allowed: a whole number'),
        ("bad_score = 2", "bad_score = true", "rules.bad_score: found True"),
        ("target_wait_s = 900", "target_wait_s = 0", "tiers.target_wait_s (gold): found 0"),
        ('serves = ["corporate"]', "serves = []", "at least one counter that serves corporate"),
        ('public_url = ""', 'public_url = "lobby.example.com"', "public_url"),
        ("bank = {", "bank = [", "TOML"),
        ("bad_score = 2", 'directory = "missing.csv"', "directory.file: found"),
        ("[security]", '[directory]\nfile = "missing.csv"\n[security]', "directory.file: found"),
        (
            "[security]",
            '[directory]\nurl = "https://crm.bank/tier?key={key}"\n[security]',
            "in the body of a POST",
        ),
        (
            "[security]",
            '[directory]\nurl = "http://crm.bank/tier"\n[security]',
            "http on this machine only",
        ),
        (
            "[security]",
            '[directory]\nurl = "https://user:word@crm.bank/tier"\n[security]',
            "directory.url",
        ),
        ("[security]", '[directory]\nurl = "ftp://crm.bank/tier"\n[security]', "directory.url"),
        ("[security]", '[directory]\ntoken_file = "none"\n[security]', "directory.token_file"),
        ('public_url = ""', 'public_url = "http://"', "public_url"),
        ('public_url = ""', 'public_url = "https://lobby example.com"', "public_url"),
        ('public_url = ""', 'public_url = "https://lobby.example.com?x=1"', "public_url"),
        ('public_url = ""', 'public_url = "https://lobby.example.com/lobby"', "without a path"),
        ('public_url = ""', 'public_url = "https://lobby.example.com:99999"', "public_url"),
        ('public_url = ""', 'public_url = "http://0.0.0.0:8000"', "public_url"),
        ('public_url = ""', 'public_url = "http://[::]:8000"', "public_url"),
        ('public_url = ""', 'public_url = "https://me@lobby.example.com"', "public_url"),
        ('member_prefixes = ["HMG"]', 'member_prefixes = [""]', "tiers.member_prefixes (gold)"),
        ('member_prefixes = ["HMG"]', 'member_prefixes = ["hmg"]', "capital letters"),
        ('member_prefixes = ["HMG"]', 'member_prefixes = ["HM G"]', "tiers.member_prefixes (gold)"),
        (
            'member_prefixes = ["HMG"]',
            'member_prefixes = ["HMW"]',
            "each prefix in one tier (gold has it)",
        ),
        (
            'card_prefixes = ["622588"]',
            'card_prefixes = ["622609"]',
            "tiers.card_prefixes (wealth)",
        ),
        (
            'card_prefixes = ["622588"]',
            'card_prefixes = ["６２２５８８"]',
            "tiers.card_prefixes (gold)",
        ),
        ("target_wait_s = 900", "target_wait_s = 1000000000000", "tiers.target_wait_s (gold)"),
        ("feedback_days = 7", "feedback_days = 10000000", "rules.feedback_days"),
        ("long_factor = 2.5", "long_factor = inf", "alerts.long_factor"),
        ("crowded = 15", "crowded = 100000000", "alerts.crowded"),
        ('opens = "09:30"', 'opens = "09:30Z"', "appointments.opens"),
        ('opens = "09:30"', "opens = 9", "appointments.opens"),
        ('to = "14:00"', 'to = "12:00"', "volume.to (#1)"),
        ('"Asia/Shanghai"', '"Asia"', "zone: found"),
        ('device = "virtual:"', 'device = "tcp://10.0.0.9:99999"', "printers.device (slip)"),
        (
            'device = "virtual:"',
            'device = "serial:///dev/ttyUSB0?baudrate=38400bps"',
            "printers.device (slip)",
        ),
        (
            'device = "virtual:"',
            'device = "serial:///dev/ttyUSB0?speed=9600"',
            "printers.device (slip)",
        ),
        (
            'device = "virtual:"',
            'device = "virtual:"\nprofile = "NoSuch-80"',
            "printers.profile (slip)",
        ),
        ('device = "virtual:"', 'device = "virtual:"\nbackup = "slip"', "printers.backup (slip)"),
        (
            'device = "virtual:"',
            'device = "virtual:"\nwidth_dots = 1000000',
            "printers.width_dots (slip)",
        ),
        ('zh = "现金业务"', 'zh = "现金\\n业务"', "services.name.zh"),
        ('zh = "现金业务"', 'zh = " "', "services.name.zh (cash)"),
        ('slides = "slides"', 'slides = "a\\u0000b"', "boards.slides"),
        (
            "open_loopback",
            'allowed_hosts = ["https://lobby.example.com"]\nopen_loopback',
            "security.allowed_hosts",
        ),
        (
            "[security]",
            "[cases]\nrules = [{from = 2026-07-01, source = 'a'}, {from = 2026-07-01, source = 'b'}]"
            "\n[security]",
            "cases.rules.from (#2)",
        ),
        ('prefers = "gold"', 'prefers = "gold"\ntiers = ["standard"]', "counters.prefers (3)"),
        ("recall_max = 3", f"recall_max = {'9' * 5000}", "TOML"),
        ("recall_max = 3", f"recall_max = {'[' * 5000}", "TOML"),
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


def test_slides_lie_beside_the_configuration_and_a_wrong_volume_is_said(
    tmp_path: Path, branch: Branch
) -> None:
    assert branch.board["main"].slides == str(CONFIG.parent / "slides")
    said = complaints(tmp_path, ("level = 70", "level = 170"), ('to = "14:00"', 'to = "14 h"'))
    assert "volume.level (#1): found 170; allowed: a number of 100 or less" in said
    assert 'volume.to (#1): found "14 h"; allowed: a time of day such as 09:00' in said


def test_a_file_that_notepad_saved_is_read(tmp_path: Path, branch: Branch) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xef\xbb\xbf" + CONFIG.read_bytes().replace(b"\n", b"\r\n"))
    assert read_branch(file).tiers == branch.tiers


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_file_in_another_encoding_is_told_so(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(CONFIG.read_text().encode(encoding))
    with pytest.raises(ConfigError, match="saved as UTF-8"):
        read_branch(file)


@pytest.mark.parametrize("token", ["", "令牌", "two\nlines"])
def test_a_token_that_no_header_can_hold_is_refused_and_not_shown(
    tmp_path: Path, token: str
) -> None:
    (tmp_path / "crm.token").write_text(token)
    said = complaints(tmp_path, ("[security]", '[directory]\ntoken_file = "crm.token"\n[security]'))
    assert "directory.token_file" in said
    assert not token or token not in said


@pytest.mark.parametrize(
    "public_url",
    ["", "https://lobby.example.com", "http://10.2.3.4:8000/", "https://[2001:db8::1]"],
)
def test_addresses_that_a_slip_may_carry(tmp_path: Path, public_url: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(CONFIG.read_text().replace('public_url = ""', f'public_url = "{public_url}"'))
    assert read_branch(file).public_url == public_url


@pytest.mark.parametrize(
    "device",
    ["virtual:", "tcp://10.0.0.9:9100", "tcp://[fe80::1]:9100", "serial:///dev/ttyUSB0?baudrate=38400",
     "serial:///dev/serial/by-id/usb-x", "usb://04b8:0202", "cups://slips", "file:///dev/usb/lp0"],
)  # fmt: skip
def test_every_form_of_a_printers_device_is_taken(device: str) -> None:
    assert is_device(device)


def test_a_branch_goes_to_another_process_whatever_was_looked_up_in_it() -> None:
    branch = read_branch(CONFIG)
    assert branch.tier["of another year"].id == "of another year"
    assert pickle.loads(pickle.dumps(branch)) == branch
