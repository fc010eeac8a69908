"""How long a ticket waits while a list of 13,000 complaints is taken in, beside the same branch without a list.

    python benchmarks/list.py [--rows 13000]

Limit: the longest wait of `POST /tickets` during the list is at most a second: a customer stands before the kiosk.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from stage import Branch, verdict

LIMIT_S = 1.0
PAUSE_S = 0.1
CALM_S = 5.0
TEXT = "等候时间过长，柜员没有说明原因，要求答复并改进窗口安排。"


def a_list(rows: int) -> bytes:
    head = "工单号,受理时间,投诉内容,投诉人,联系电话,投诉请求"
    lines = [f"KF{n},2026-03-01 09:05,{TEXT},客户{n},139{n:08},书面道歉" for n in range(rows)]
    return "\n".join([head, *lines]).encode()


def post(url: str, token: str, body: bytes, form: str) -> bytes:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": form}
    request = urllib.request.Request(url, body, headers)
    with urllib.request.urlopen(request) as answer:
        content: bytes = answer.read()
        return content


def ticket_s(branch: Branch, token: str) -> float:
    began = time.perf_counter()
    post(f"{branch.url}/api/v1/tickets", token, b'{"service": "cash"}', "application/json")
    return time.perf_counter() - began


def waits_while(branch: Branch, token: str, done: threading.Event) -> list[float]:
    waits = []
    while not done.is_set():
        waits.append(ticket_s(branch, token))
        done.wait(PAUSE_S)
    return waits


def told(name: str, waits: list[float]) -> str:
    return f"{name:8} {len(waits):4} tickets, median {statistics.median(waits):.3f} s, longest {max(waits):.3f} s"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=13_000)
    rows = options.parse_args().rows
    with tempfile.TemporaryDirectory() as name, Branch(Path(name)) as branch:
        office = branch.token("office")
        manager = branch.token("manager")
        calm = threading.Event()
        threading.Timer(CALM_S, calm.set).start()
        print(told("without", waits_while(branch, manager, calm)))
        taken = threading.Event()

        def take() -> None:
            url = f"{branch.url}/api/v1/cases/import?channel=hotline"
            began = time.perf_counter()
            answer = json.loads(post(url, office, a_list(rows), "text/csv"))
            print(f"{answer['taken']} of {rows} taken in {time.perf_counter() - began:.1f} s")
            taken.set()

        threading.Thread(target=take).start()
        waits = waits_while(branch, manager, taken)
        print(told("list", waits), f"(limit {LIMIT_S:g} s: {verdict(held=max(waits) <= LIMIT_S)})")


if __name__ == "__main__":
    main()
