"""Common Python clients, each used as in its manual: ``peers.py NAME JOB``."""

from __future__ import annotations

import asyncio
import smtplib
import sys
from collections.abc import Callable, Iterator
from threading import Lock, Thread

from job import Job, measured
from letter import Letter, NamedTemplate, Reader


def readers(count: int) -> Iterator[Reader]:
    return map(Reader, range(1, count + 1))


def send_all(job: Job, send: Callable[[smtplib.SMTP, Reader], None]) -> None:
    """Send with one thread for each connection, from one queue. An exception in a thread ends the run."""
    queue, lock, faults = readers(job.messages), Lock(), []

    def take() -> Reader | None:
        with lock:
            return next(queue, None)

    def work() -> None:
        try:
            with smtplib.SMTP("127.0.0.1", job.port, "localhost") as client:
                while reader := take():
                    send(client, reader)
        except (smtplib.SMTPException, OSError) as fault:
            faults.append(fault)

    threads = [Thread(target=work) for _ in range(job.connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def smtplib_bytes(job: Job) -> None:
    template = NamedTemplate((job.folder / "letter.eml").read_bytes())

    def send(client: smtplib.SMTP, reader: Reader) -> None:
        client.sendmail(reader.bounces_to, [reader.address], template.fill(reader))

    with measured():
        send_all(job, send)


def smtplib_composed(job: Job) -> None:
    letter = Letter.read(job.folder)

    def send(client: smtplib.SMTP, reader: Reader) -> None:
        client.send_message(letter.compose(reader), reader.bounces_to, [reader.address])

    with measured():
        send_all(job, send)


def aiosmtplib_bytes(job: Job) -> None:
    from aiosmtplib import SMTP

    template = NamedTemplate((job.folder / "letter.eml").read_bytes())
    queue = readers(job.messages)

    async def work() -> None:
        async with SMTP(hostname="127.0.0.1", port=job.port, local_hostname="localhost", start_tls=False) as client:
            for reader in queue:
                await client.sendmail(reader.bounces_to, [reader.address], template.fill(reader))

    async def all_at_once() -> None:
        await asyncio.gather(*[work() for _ in range(job.connections)])

    with measured():
        asyncio.run(all_at_once())


CLIENTS = {"smtplib": smtplib_bytes, "smtplib-composed": smtplib_composed, "aiosmtplib": aiosmtplib_bytes}

if __name__ == "__main__":
    CLIENTS[sys.argv[1]](Job.read(sys.argv[2]))
