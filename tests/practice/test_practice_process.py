"""The practice service as a process: killed, started twice, idle, and large batches."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import anthropic
import pytest

from app.practice.server import run
from tests.practice.asking import client_for, items, lines_of, until_ended
from tests.practice_service import PracticeProcess, PracticeService, practice_process


def test_a_killed_service_comes_back_with_its_batches(tmp_path: Path) -> None:
    """After kill -9 the token, the address, the batches and the ledger are as before."""
    with practice_process(tmp_path / "home", finish_seconds=0.5) as service:
        address, token = service.address, service.token
        with client_for(service) as client:
            made = [client.messages.batches.create(requests=items(3)).id for _ in range(2)]
        service.kill()
        assert set(service.bought().values()) == {2}
        service.start()
        assert (service.address, service.token) == (address, token)
        with client_for(service) as client:
            assert {batch.id for batch in client.messages.batches.list()} == set(made)
            for batch_id in made:
                assert len(lines_of(client, batch_id)) == 3
        assert service.billed() == {"row-0": 2, "row-1": 2, "row-2": 2}


def test_a_batch_that_was_confirmed_is_never_lost(tmp_path: Path) -> None:
    """Killed at any moment while creates pour in: every id that was answered is there again."""
    confirmed: list[str] = []

    def pour() -> None:
        with client_for(service) as client:
            try:
                while True:
                    confirmed.append(client.messages.batches.create(requests=items(20)).id)
            except anthropic.APIConnectionError:
                return

    with practice_process(tmp_path / "home") as service:
        for _ in range(3):
            before = len(confirmed)
            pouring = threading.Thread(target=pour)
            pouring.start()
            while len(confirmed) < before + 5:
                pouring.join(0.001)
            service.kill()
            pouring.join()
            service.start()
        with client_for(service) as client:
            there = {batch.id for batch in client.messages.batches.list(limit=1000)}
        assert set(confirmed) <= there
        # A create in flight at a kill may have been taken without its answer getting out.
        assert len(there) <= len(confirmed) + 3
        assert all(count == len(there) for count in service.bought().values())


def test_results_are_frozen_once_a_batch_has_ended(tmp_path: Path) -> None:
    """The lines are the same bytes after a restart."""
    downloads: list[bytes] = []
    for finish_seconds in (0.05, 99):
        with (
            PracticeService(tmp_path, finish_seconds=finish_seconds) as service,
            client_for(service) as client,
        ):
            if not downloads:
                client.messages.batches.create(requests=items(20))
            batch_id = client.messages.batches.list().data[0].id
            until_ended(client, batch_id)
            with client.messages.batches.with_streaming_response.results(batch_id) as response:
                downloads.append(response.read())
    assert downloads[0] == downloads[1]
    assert len(downloads[0].splitlines()) == 20


def test_a_second_start_points_to_the_first(tmp_path: Path) -> None:
    """It ends with 0, changes nothing, and writes the first one's address where it was asked."""
    with practice_process(tmp_path / "home") as service:
        other_file = tmp_path / "other.json"
        assert run(["--home", str(tmp_path / "home"), "--port-file", str(other_file)]) == 0
        assert json.loads(other_file.read_text()) == json.loads(service.port_file.read_text())
        assert service.process.poll() is None


def test_the_port_file_names_port_token_and_process(tmp_path: Path) -> None:
    """Only its owner may read it, and it is gone when the service ends in good order."""
    with practice_process(tmp_path / "home") as service:
        facts = json.loads(service.port_file.read_text())
        assert facts == {
            "port": int(service.address.rpartition(":")[2]),
            "token": service.token,
            "pid": service.process.pid,
        }
        if os.name == "posix":
            assert stat.S_IMODE(service.port_file.stat().st_mode) == 0o600
            assert service.interrupt() == 0
            assert not service.port_file.exists()


@pytest.mark.skipif(os.name != "posix", reason="elsewhere nobody can send it Ctrl-C")
def test_a_service_from_the_background_hears_an_interrupt(tmp_path: Path) -> None:
    """It ends in good order even where the shell that began it all lets Ctrl-C be ignored."""
    with practice_process(tmp_path / "home", deaf=True) as service:
        assert service.interrupt() == 0
        assert not service.port_file.exists()


def test_an_idle_service_ends_by_itself(tmp_path: Path) -> None:
    """Nobody called for long enough: it ends with 0."""
    assert run(["--home", str(tmp_path / "home"), "--idle-hours", "0.00001"]) == 0


def test_a_port_that_is_taken_is_not_waited_for(tmp_path: Path) -> None:
    """When another program has the last port, any free one is taken."""
    with PracticeService(tmp_path / "one") as other:
        service = PracticeProcess(tmp_path / "two", port=0)
        service.start()
        service.kill()
        first = service.address
        assert first != other.address
        blocker = PracticeService(tmp_path / "three", port=int(first.rpartition(":")[2]))
        with blocker:
            service.start()
            try:
                assert service.address != first
            finally:
                service.kill()


def test_starting_needs_neither_the_sdk_nor_qt(tmp_path: Path) -> None:
    """The service imports nothing heavy, so that it starts at once."""
    heavy = "import sys, app.practice.server; print([n for n in sys.modules if n in" + (
        " ('anthropic', 'PySide6', 'keyring', 'httpx2', 'pydantic')])"
    )
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_batch_of_20_000_requests(service: PracticeService, client: anthropic.Anthropic) -> None:
    """It is taken, counted, ended and downloaded whole."""
    batch = client.messages.batches.create(requests=items(20_000))
    assert batch.request_counts.processing == 20_000
    ended = until_ended(client, batch.id)
    assert ended.request_counts.succeeded == 20_000
    lines = lines_of(client, batch.id)
    assert len(lines) == 20_000
    assert all(line.result.type == "succeeded" for line in lines.values())
    assert len(service.bought()) == 20_000


def test_many_callers_at_once(service: PracticeService, client: anthropic.Anthropic) -> None:
    """Batches that are made and looked at from several threads do not disturb each other."""
    made: list[Any] = []

    def work(number: int) -> None:
        with client_for(service) as own:
            batch_id = own.messages.batches.create(requests=items(200 + number)).id
            made.append((200 + number, lines_of(own, batch_id)))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(count for count, _ in made) == [200, 201, 202, 203, 204, 205]
    assert all(len(lines) == count for count, lines in made)
    assert len(client.messages.batches.list().data) == 6


def test_several_who_look_at_one_batch_finish_it_once(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    """No request is lost or answered into another's place when many ask at the same time."""
    batch_id = client.messages.batches.create(requests=items(1_500)).id

    def look() -> None:
        with client_for(service) as own:
            until_ended(own, batch_id)

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.messages.batches.retrieve(batch_id).request_counts.succeeded == 1_500
    assert len(lines_of(client, batch_id)) == 1_500


@pytest.mark.parametrize("seen", [0, 3])
def test_whoever_looks_finishes_the_batch(tmp_path: Path, seen: int) -> None:
    """Looked at often or only once after the end, a batch ends with the same lines."""
    now = [1_000.0]
    with (
        PracticeService(tmp_path, finish_seconds=100, clock=lambda: now[0]) as service,
        client_for(service) as client,
    ):
        batch_id = client.messages.batches.create(requests=items(10)).id
        for _ in range(seen):
            now[0] += 20
            client.messages.batches.retrieve(batch_id)
        now[0] += 200
        batch = client.messages.batches.retrieve(batch_id)
        assert batch.request_counts.succeeded == 10
        assert batch.ended_at is not None
        assert round((batch.ended_at - batch.created_at).total_seconds()) == 101
