"""The real engines of a province: NATS for each test, one PostgreSQL with a new database for each."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from headquarters.engines.engines import NatsServer, Postgres


@pytest.fixture(autouse=True)
def no_loop_of_the_browsers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Between two tests with a browser its driver's loop stands still in this thread, and asyncio takes it for one at
    work: `asyncio.run` refuses."""
    if request.path.parent.name != "headquarters":
        yield
        return
    standing = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(standing)


@pytest.fixture(scope="session")
def nats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    """For tests that keep to subjects and streams of their own, and let it live."""
    with NatsServer(tmp_path_factory.mktemp("nats")) as server:
        yield server


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[NatsServer]:
    """One that is the test's own, to be killed as well."""
    with NatsServer(tmp_path / "nats") as server:
        yield server


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with Postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture
def database(postgres: Postgres) -> str:
    """The address of a new and empty database. A test that killed PostgreSQL finds it started again."""
    import psycopg

    postgres.start()
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres.url, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}")
    return postgres.url_of(name)
