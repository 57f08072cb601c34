"""Two hundred clients at once: nothing is lost, nothing comes twice, and who follows the changes ends with all of them."""

from __future__ import annotations

import asyncio
import json
import random
from concurrent.futures import ThreadPoolExecutor

from confsync.emulator.server import serve
from confsync.emulator.world import World

from .crowd import EVENTS, MEETING, Connection, Follower, Writer

ALICE = "alice@example.com"
CLIENTS, FOLLOWERS, WRITES = 200, 10, 10_000


def test_ten_thousand_writes_of_two_hundred_clients() -> None:
    world = World(users=[ALICE])
    with serve(world) as server:
        writers = [
            Writer(Connection(server.port, ALICE), f"c{number:03}", random.Random(number))
            for number in range(CLIENTS - FOLLOWERS)
        ]
        followers = [Follower(Connection(server.port, ALICE), 100 * (n + 1)) for n in range(FOLLOWERS)]
        asyncio.run(at_once(writers, followers, WRITES))
    known = {id_: event for writer in writers for id_, event in writer.known.items()}
    assert sum(writer.writes for writer in writers) == WRITES
    (calendar,) = world.calendar.survey()
    kept = {event["id"]: event for event in calendar["events"]}
    assert len(kept) == len(calendar["events"])
    assert {id_: kept[id_] for id_ in known} == known
    assert {id_ for id_, event in kept.items() if event["status"] == "cancelled"} == {
        id_ for writer in writers for id_ in writer.deleted
    }
    assert len({event["etag"] for event in kept.values()}) == len(kept)
    for follower in followers:
        assert follower.known == known
        assert follower.rounds > 3
    world.close()


async def at_once(writers: list[Writer], followers: list[Follower], writes: int) -> None:
    """Let all write until all writes are made, and the others follow meanwhile, and once more at the end."""
    shares = [writes // len(writers) + (number < writes % len(writers)) for number in range(len(writers))]

    async def write(writer: Writer, share: int) -> None:
        for _ in range(share):
            await writer.write()

    async def follow(follower: Follower) -> None:
        while not all(task.done() for task in writing):
            await follower.follow()
            await asyncio.sleep(0)
        await follower.follow()

    writing = [
        asyncio.create_task(write(writer, share)) for writer, share in zip(writers, shares, strict=True)
    ]
    await asyncio.gather(*writing, *map(follow, followers))
    for client in (*writers, *followers):
        client.connection.close()


def test_threads_within_and_clients_outside_do_not_get_in_each_others_way() -> None:
    world = World(users=[ALICE])
    headers, inside = {"authorization": f"Bearer {ALICE}"}, 8
    made: list[str] = []

    def work(name: str) -> None:
        for number in range(60):
            body = json.dumps({**MEETING, "id": f"{name}{number:03}"}).encode()
            event = world.request("POST", EVENTS, headers, body).json()
            path = f"{EVENTS}/{event['id']}"
            changed = world.request(
                "PATCH", path, {**headers, "if-match": event["etag"]}, b'{"summary": "Mine"}'
            )
            assert world.request("GET", path, headers).json() == changed.json()
            listed = world.request(
                "GET", f"{EVENTS}?fields=items(id,summary)&iCalUID={event['iCalUID']}", headers
            )
            assert listed.json()["items"] == [{"id": event["id"], "summary": "Mine"}]
            made.append(event["id"])

    writers = []
    with serve(world) as server, ThreadPoolExecutor(inside) as threads:
        work_done = [threads.submit(work, f"t{number}") for number in range(inside)]
        writers = [Writer(Connection(server.port, ALICE), f"c{n:03}", random.Random(n)) for n in range(20)]
        asyncio.run(at_once(writers, [], 500))
        for done in work_done:
            done.result()
    (calendar,) = world.calendar.survey()
    known = {id_ for writer in writers for id_ in writer.known}
    assert {event["id"] for event in calendar["events"] if event["status"] == "confirmed"} == known | set(
        made
    )
    assert len(made) == len(set(made)) == inside * 60
    world.close()


def test_of_many_who_change_one_event_all_but_one_are_told() -> None:
    world = World(users=[ALICE])

    async def play(port: int) -> tuple[list[int], list[str]]:
        clients = [Connection(port, ALICE) for _ in range(50)]
        _, event = await clients[0].ask("POST", EVENTS, {**MEETING, "id": "meeting01"})
        target, told = f"{EVENTS}/{event['id']}", []
        for turn in range(5):
            match = {"If-Match": event["etag"]}
            answers = await asyncio.gather(
                *(
                    client.ask("PATCH", target, {"summary": f"{turn}/{number}"}, match)
                    for number, client in enumerate(clients)
                )
            )
            told.append(sorted(status for status, _ in answers))
            (winner,) = [answer for status, answer in answers if status == 200]
            _, event = await clients[0].ask("GET", target)
            assert event == winner
        made = await asyncio.gather(
            *(client.ask("POST", EVENTS, {**MEETING, "id": "meeting02"}) for client in clients)
        )
        for client in clients:
            client.close()
        return told, sorted(status for status, _ in made)

    with serve(world) as server:
        told, made = asyncio.run(play(server.port))
    assert told == [[200] + [412] * 49] * 5
    assert made == [200] + [409] * 49
    world.close()
