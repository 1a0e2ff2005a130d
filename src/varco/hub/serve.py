"""The hub's processes: everything in one (`serve`), or pages and workers apart.

The worker runs on the main thread's loop and the pages in threads beside it: on one machine the idle worker costs the
pages nothing (docs/performance.md). SIGTERM or Ctrl-C ends a process in order: no new work, answers and calls under way
get a short time, then the database is given back. What was not finished is still due, and is done after the next start.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from socket import socket
from types import FrameType
from typing import Final

import psycopg

from varco.hub import logs, postgres, webserver
from varco.hub.boot import booted
from varco.hub.config import Config

DATABASE_LOOKED_AT_S: Final = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Started:
    """What a person who starts the hub wants to know."""

    address: str
    first_run: str
    """Where the first account is made, with its token; empty once there is one."""


def serve(config: Config, started: Callable[[Started], None], *, prepare: Callable[[], None] = lambda: None) -> None:
    """Pages, worker and tick in this process, on tables that are brought to this version first; then `prepare`."""
    from varco.hub import schema

    with _told_to_end(), _process(config, listen=True) as bound:
        schema.migrate()
        _check_keys()
        prepare()
        told = _started(bound)
        _run(_parts(config, _pages(bound), _worker()), lambda: started(told))


def web(config: Config, started: Callable[[Started], None]) -> None:
    """Pages and API alone."""
    with _told_to_end(), _process(config, listen=True) as bound:
        _refuse_unfit()
        told = _started(bound)
        _run(_parts(config, _pages(bound)), lambda: started(told))


def worker(config: Config, started: Callable[[], None]) -> None:
    """A worker alone; there may be any number."""
    with _told_to_end(), _process(config, listen=False):
        _refuse_unfit()
        _run(_parts(config, _worker()), started)


@contextmanager
def _process(config: Config, *, listen: bool) -> Iterator[socket]:
    """Log, address and database, in this order: what is simply wrong is said before anything is started."""
    logs.configure(config)
    with closing(webserver.listening(config.listen) if listen else socket()) as bound, booted(config):
        yield bound


def _refuse_unfit() -> None:
    from varco.hub import schema

    schema.require()
    _check_keys()


def _check_keys() -> None:
    """A wrong key is refused before the first secret is sealed with it."""
    from varco.hub.store import secrets

    secrets.check_keys()


def _started(bound: socket) -> Started:
    from varco.hub import firstrun

    return Started(webserver.address_of(bound), firstrun.url() if firstrun.needed() else "")


def _parts(config: Config, *parts: Coroutine[object, object, None]) -> list[Coroutine[object, object, None]]:
    return [*parts, _keep_database(config)] if config.embedded else list(parts)


async def _worker() -> None:
    from varco.hub.jobs.worker import supervised

    await supervised()


async def _pages(bound: socket) -> None:
    """The web server in its thread, until cancelled; an end that nobody asked for ends the process."""
    from varco.hub.wsgi import application

    server = webserver.WebServer(application, bound)
    with ThreadPoolExecutor(1, thread_name_prefix="web") as thread:
        running = asyncio.get_running_loop().run_in_executor(thread, server.run)
        try:
            await asyncio.shield(running)
        finally:
            server.stop()
            await running


async def _keep_database(config: Config) -> None:
    """The embedded server may be killed (memory, an operator): it is started again, and the worker comes back by
    itself."""
    from varco.hub import runtime

    url = runtime.current().database
    while True:
        await asyncio.sleep(DATABASE_LOOKED_AT_S)
        if not await asyncio.to_thread(_answers, url):
            log.error("the database does not answer: starting it again")
            await asyncio.to_thread(_start_again, config)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _start_again(config: Config) -> None:
    postgres.start(config.data_dir, account=config.db_account).release()


@contextmanager
def _told_to_end() -> Iterator[None]:
    """Before and after the loop runs, SIGTERM and Ctrl-C unwind too, so that the database is given back."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        log.info("told to end while starting")
    finally:
        signal.signal(signal.SIGTERM, before)


def _run(parts: list[Coroutine[object, object, None]], started: Callable[[], None]) -> None:
    """Until told to end. Not `asyncio.run`: that waits for threads, and a dead name server may hold one for long."""
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(_until_told(parts, started))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()


async def _until_told(parts: list[Coroutine[object, object, None]], started: Callable[[], None]) -> None:
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    waiting = asyncio.ensure_future(told.wait())
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        started()
        ended, _ = await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (waiting, *tasks):
            task.cancel()
        await asyncio.gather(waiting, *tasks, return_exceptions=True)
    for task in ended - {waiting}:
        task.result()
