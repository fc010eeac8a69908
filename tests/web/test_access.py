"""The access store: accounts, sessions, tokens, codes, and the facts that it keeps for the journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.access import DEMO_PASSWORD, Access, Limits, demo_accounts
from web.access.names import RESERVED, look, tidy
from web.access.passwords import Weak, check

PASSWORD = "four tall cranes"
OTHER = "nine small boats"


class Time:
    """Seconds that the test winds."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def access(tmp_path: Path, time: Time) -> Iterator[Access]:
    opened = Access(tmp_path, time)
    yield opened
    opened.close()


def kinds(access: Access) -> list[str]:
    return [fact["kind"] for fact in access.outbox()]


# -- accounts ---------------------------------------------------------------------------------------------
def test_a_password_lets_its_owner_in_and_nobody_else(access: Access) -> None:
    access.create_account("li", PASSWORD, "teller", "2")
    found = access.check_password("li", PASSWORD)
    assert found is not None
    assert (found.role, found.counter) == ("teller", "2")
    assert access.check_password("Ｌｉ ", PASSWORD) == found
    assert access.check_password("li", OTHER) is None
    assert access.check_password("wang", PASSWORD) is None


def test_the_demos_password_opens_no_real_branch(access: Access) -> None:
    access.create_demo_accounts(demo_accounts(("1",)))
    access.create_account("li", PASSWORD, "manager")
    session = access.open_session("manager", "::1")
    assert access.check_password("manager", DEMO_PASSWORD)
    access.drop_demo()
    assert access.check_password("manager", DEMO_PASSWORD) is None
    assert access.session(session) is None
    assert access.account("li")


def test_what_a_demos_administrator_made_ends_with_the_demo(access: Access) -> None:
    access.create_account("li", PASSWORD, "teller")
    access.demo = True
    access.create_demo_accounts(demo_accounts(("1",)))
    access.create_account("zhao", PASSWORD, "admin", by="admin")
    access.change_password("manager", OTHER)
    token = access.create_token("board", board="main", by="admin")
    code = access.create_code("kiosk", "1", by="admin").code
    access.demo = False
    access.drop_demo()
    assert [account.name for account in access.accounts()] == ["li"]
    assert access.token(token) is None
    assert access.enrol(code, "::1") is None


@pytest.mark.parametrize(
    "name", ["", "x" * 41, "li\nadmin", "<b>", "lі", "admin ", "clock", "a  b", "-li", "αlpha"]
)
def test_a_name_that_could_be_mistaken_is_refused(access: Access, name: str) -> None:
    access.create_account("admin", PASSWORD, "admin")
    if name == "admin ":
        access.create_account(name, OTHER, "admin")
        assert [account.name for account in access.accounts()] == ["admin"]
        return
    with pytest.raises(ValueError, match=r"name|sign"):
        access.create_account(name, PASSWORD, "teller")


@pytest.mark.parametrize("alike", ["1i", "ll", "l.i", "L-I"])
def test_a_name_that_looks_like_another_is_refused(access: Access, alike: str) -> None:
    access.create_account("li", PASSWORD, "teller")
    with pytest.raises(ValueError, match="looks like"):
        access.create_account(alike, PASSWORD, "teller")


@given(st.text(max_size=50))
def test_a_tidy_name_stays_as_it_is(name: str) -> None:
    try:
        clean = tidy(name)
    except ValueError:
        return
    assert tidy(clean) == clean
    assert clean.casefold() not in RESERVED
    assert look(clean) == look(clean.upper())


@pytest.mark.parametrize(
    "password",
    [
        *(
            "short",
            "password1234",
            "123456789012",
            "qwertyuiop12",
            "aaaaaaaaaaaa",
            "Welcome 2026!!",
            "lilili 12345",
        ),
        *("Harbour-Mutual-1", "abcabcabcabc", "1q2w3e4r5t6y!!" * 20, "letmein letmein"),
    ],
)
def test_a_password_that_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(Weak):
        check(password, ("li", "Harbour Mutual"))


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "a long password", "correct horse battery staple", "三只白鹤飞过河流上面的桥"],
)
def test_a_long_password_needs_no_signs_or_digits(password: str) -> None:
    check(password, ("li", "Harbour Mutual"))


# -- sessions ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "act",
    [
        lambda access: access.change_password("li", OTHER),
        lambda access: access.create_account("li", OTHER, "teller"),
        lambda access: access.create_account("li", PASSWORD, "manager"),
        lambda access: access.disable_account("li"),
        lambda access: access.remove_account("li"),
        lambda access: access.revoke_sessions("li"),
        lambda access: access.revoke_session(access.sessions()[0].id),
        lambda access: access.drop_totp("li"),
    ],
)
def test_a_session_ends_with_what_it_rests_on(access: Access, act: object) -> None:
    access.create_account("li", PASSWORD, "teller")
    access.create_account("wang", PASSWORD, "teller")
    session = access.open_session("li", "::1")
    other = access.open_session("wang", "::1")
    assert access.session(session)
    act(access)  # type: ignore[operator]
    assert access.session(session) is None
    assert access.session(other)


def test_a_session_has_an_end_however_busy_and_one_when_idle(access: Access, time: Time) -> None:
    access.limits = Limits(absolute_s=3600, idle_s=600, lock_s=0)
    access.create_account("li", PASSWORD, "teller")
    busy = access.open_session("li", "::1")
    idle = access.open_session("li", "::1")
    for _ in range(7):
        time.now += 500
        assert access.session(busy)
        access.touch(busy)
    assert access.session(idle) is None
    time.now += 200
    assert access.session(busy) is None


@pytest.mark.parametrize(("hours", "lasts"), [(1, True), (24 * 365, False)])
def test_who_came_in_on_a_wrong_date_is_not_in_for_years(
    access: Access, time: Time, hours: int, lasts: bool
) -> None:
    access.create_account("li", PASSWORD, "teller")
    session = access.open_session("li", "::1")
    time.now -= 3600 * hours
    assert (access.session(session) is not None) is lasts


def test_a_screen_locks_and_five_wrong_pins_end_the_session(access: Access, time: Time) -> None:
    access.create_account("li", PASSWORD, "teller")
    access.set_pin("li", "8264")
    session = access.open_session("li", "::1")
    time.now += access.limits.lock_s + 1
    locked = access.session(session)
    assert locked is not None
    assert locked.locked
    assert access.check_pin("li", "8264")
    access.unlock(session)
    assert not access.session(session).locked  # type: ignore[union-attr]
    assert [(access.may_try_pin(session), access.wrong_pin(session)) for _ in range(4)] == [
        (True, False)
    ] * 4
    assert access.may_try_pin(session)
    assert not access.may_try_pin(session), "five tries, however many come at once"
    assert access.wrong_pin(session)
    assert access.session(session) is None


@pytest.mark.parametrize(
    "pin", ["123", "1234", "9876", "1111", "1212", "abcd", "123456789", "１２３５"]
)
def test_a_pin_that_is_tried_first_is_refused(access: Access, pin: str) -> None:
    access.create_account("li", PASSWORD, "teller")
    with pytest.raises(ValueError, match="PIN"):
        access.set_pin("li", pin)


# -- the second factor -----------------------------------------------------------------------------------
def test_a_code_counts_once_and_a_recovery_code_too(access: Access, time: Time) -> None:
    access.create_account("li", PASSWORD, "manager")
    totp = pyotp.TOTP(access.begin_totp("li"))
    assert access.confirm_totp("li", "000000") == []
    recovery = access.confirm_totp("li", totp.at(int(time.now)))
    assert len(set(recovery)) == 10
    assert not access.check_code("li", totp.at(int(time.now)))
    time.now += 30
    assert access.check_code("li", totp.at(int(time.now)))
    assert not access.check_code("li", totp.at(int(time.now)))
    assert not access.check_code("li", totp.at(int(time.now) - 30))
    assert access.check_code("li", recovery[0].upper())
    assert not access.check_code("li", recovery[0])


def test_a_copy_of_the_store_alone_opens_nothing(
    access: Access, tmp_path: Path, time: Time
) -> None:
    """Whoever holds a copy without secret.key: what is short enough to be guessed fits no guess."""
    access.create_account("li", PASSWORD, "manager")
    access.set_pin("li", "8264")
    secret = access.begin_totp("li")
    recovery = access.confirm_totp("li", pyotp.TOTP(secret).at(int(time.now)))
    enrolment = access.create_code("kiosk").code
    elsewhere = tmp_path / "copy"
    elsewhere.mkdir()
    with (
        sqlite3.connect(tmp_path / "access.db") as kept,
        sqlite3.connect(elsewhere / "access.db") as copy,
    ):
        kept.backup(copy)
    kept.close()
    copy.close()
    assert secret.encode() not in (elsewhere / "access.db").read_bytes()
    stolen = Access(elsewhere, time)
    time.now += 30
    assert not stolen.check_code("li", pyotp.TOTP(secret).at(int(time.now)))
    assert not stolen.check_code("li", recovery[0])
    assert not stolen.check_pin("li", "8264")
    assert stolen.enrol(enrolment, "::1") is None
    stolen.close()
    assert access.check_code("li", pyotp.TOTP(secret).at(int(time.now)))


def test_a_use_is_known_at_once_and_written_once_a_minute(
    access: Access, tmp_path: Path, time: Time
) -> None:
    token = access.token(access.create_token("kiosk"))
    assert token

    def written() -> float | None:
        other = Access(tmp_path, time)
        used_at = other.tokens()[0].used_at
        other.close()
        return used_at

    access.used(token)
    access.write_uses()
    first = time.now
    assert written() == first
    for _ in range(59):
        time.now += 1
        access.used(token)
        access.write_uses()
    assert access.tokens()[0].used_at == time.now
    assert written() == first
    time.now += 1
    access.write_uses()
    assert written() == time.now - 1
    access.used(token)
    access.write_uses(now=True)
    assert written() == time.now


# -- tokens and devices ------------------------------------------------------------------------------------
def test_a_token_made_by_another_process_is_known_at_once(access: Access, tmp_path: Path) -> None:
    access.changed()
    other = Access(tmp_path)
    token = other.create_token("kiosk", kiosk="door")
    assert access.changed()
    found = access.principal_for_token(token)
    assert found is not None
    assert (found.role, found.kiosk) == ("kiosk", "door")
    assert access.principal_for_token(token + "x") is None
    other.revoke_token(found.name)
    other.close()
    assert access.principal_for_token(token) is None


def test_a_staff_roles_token_ends_by_itself_and_has_a_name_of_its_own(
    access: Access, time: Time
) -> None:
    access.create_account("li", PASSWORD, "teller")
    token = access.create_token("office", name="province")
    assert access.principal_for_token(token).name == "province"  # type: ignore[union-attr]
    for taken in ("province", "li", "Prov1nce"):
        with pytest.raises(ValueError, match="taken"):
            access.create_token("office", name=taken)
    time.now += 90 * 86400 + 1
    assert access.principal_for_token(token) is None


def test_an_unknown_role_is_refused(access: Access) -> None:
    with pytest.raises(ValueError, match="emperor"):
        access.create_token("emperor")
    with pytest.raises(ValueError, match="kiosk"):
        access.create_account("li", PASSWORD, "kiosk")


def test_a_device_enrols_once_and_in_time(access: Access, time: Time) -> None:
    made = access.create_code("board", "main", "hall board")
    assert access.enrol("12345678", "::1") is None
    enrolled = access.enrol(f"{made.code[:4]} {made.code[4:]}", "::1")
    assert enrolled is not None
    assert access.principal_for_token(enrolled[0]).board == "main"  # type: ignore[union-attr]
    assert access.enrol(made.code, "::1") is None
    late = access.create_code("kiosk")
    time.now += 601
    assert access.enrol(late.code, "::1") is None


# -- facts ---------------------------------------------------------------------------------------------------
def test_no_secret_is_in_the_store_or_in_its_facts(access: Access, tmp_path: Path) -> None:
    access.create_account("li", PASSWORD, "teller")
    secrets = [
        PASSWORD,
        access.create_token("kiosk"),
        access.open_session("li", "::1"),
        access.create_code("kiosk").code,
    ]
    assert kinds(access) == ["AccountChanged", "TokenChanged", "SignedIn"]
    access.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert [secret for secret in secrets if secret.encode() in kept] == []


def test_a_new_password_takes_nothing_else_from_an_account(access: Access) -> None:
    access.create_account("li", PASSWORD, "teller", "2", staff_number="10023")
    access.set_pin("li", "4826")
    access.create_account("li", OTHER, "teller")
    account = access.account("li")
    assert account is not None
    assert (account.counter, account.staff_number, account.has_pin) == ("2", "10023", True)


def test_a_counter_and_a_staff_number_are_taken_off_by_empty_ones(access: Access) -> None:
    access.create_account("li", PASSWORD, "teller", "2", staff_number="10023")
    access.create_account("li", OTHER, "teller", "", staff_number="")
    account = access.account("li")
    assert account is not None
    assert (account.counter, account.staff_number) == (None, None)


def test_every_fact_about_an_account_says_all_that_it_has(access: Access) -> None:
    access.create_account("li", PASSWORD, "teller", "2", staff_number="10023")
    access.set_pin("li", "4826")
    access.disable_account("li")
    access.remove_account("li")
    facts = [row["data"] for row in access.outbox()]
    assert [fact["change"] for fact in facts] == ["created", "pin", "disabled", "removed"]
    assert {(fact["role"], fact["bound"], fact["staff_number"]) for fact in facts} == {
        ("teller", "2", "10023")
    }


def test_only_its_user_may_read_the_store(access: Access, tmp_path: Path) -> None:
    access.create_account("li", PASSWORD, "teller")
    assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}


def test_accounts_and_tokens_of_before_are_kept(tmp_path: Path) -> None:
    from hashlib import sha256

    from argon2 import PasswordHasher

    with sqlite3.connect(tmp_path / "access.db") as old:
        old.execute(
            "CREATE TABLE account (name TEXT PRIMARY KEY, password TEXT, role TEXT, counter TEXT)"
        )
        old.execute(
            "CREATE TABLE token (hash TEXT PRIMARY KEY, role TEXT, counter TEXT, board TEXT)"
        )
        old.execute(
            "CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, applied_at TEXT)"
        )
        old.execute(
            "INSERT INTO _sqlite_migrations VALUES (1, 'access', 'm001_accounts_and_tokens', '2026-01-01')"
        )
        hasher = PasswordHasher()
        for name, password in (("Li", "eight signs"), ("manager", DEMO_PASSWORD)):
            old.execute(
                "INSERT INTO account VALUES (?, ?, 'manager', NULL)", [name, hasher.hash(password)]
            )
        old.execute(
            "INSERT INTO token VALUES (?, 'board', NULL, 'main')",
            [sha256(b"lobby_old").hexdigest()],
        )
    old.close()
    access = Access(tmp_path)
    access.drop_demo()
    assert access.check_password("Li", "eight signs")
    assert access.check_password("manager", DEMO_PASSWORD) is None
    assert access.principal_for_token("lobby_old").board == "main"  # type: ignore[union-attr]
    access.close()
