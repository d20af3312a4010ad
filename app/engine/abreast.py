"""A few calls at the same time: the next one begins when one has ended, and each result comes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

_Name = TypeVar("_Name")
_Found = TypeVar("_Found")


def abreast(
    calls: Iterable[tuple[_Name, Callable[[], _Found]]], most: int
) -> Iterator[tuple[_Name, Future[_Found]]]:
    """Yield each call's name with its future, which is done, as the calls end.

    The calls are drawn, and the results given, on the thread that asks for them, so that it may
    write down what is about to leave. No more of them begin than are at work or waited for.
    """
    ended: SimpleQueue[tuple[_Name, Future[_Found]]] = SimpleQueue()
    coming = iter(calls)
    at_work = 0
    while True:
        while at_work < most and (call := next(coming, None)) is not None:
            _begin(*call, ended)
            at_work += 1
        if not at_work:
            return
        yield ended.get()
        at_work -= 1


def _begin(
    name: _Name,
    call: Callable[[], _Found],
    ended: SimpleQueue[tuple[_Name, Future[_Found]]],
) -> None:
    future: Future[_Found] = Future()

    def work() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 it is raised where the result is asked for
            future.set_exception(error)
        ended.put((name, future))

    # A daemon: whoever presses Ctrl-C twice does not wait for an answer of ten minutes.
    threading.Thread(target=work, name="trial call", daemon=True).start()
