"""A flood from a process of its own, so that whoever measures beside it waits for the service alone.

    python -m tests.reliability.flood PORT SECONDS CLIENTS SEED KEY...

Sends as fast as it is answered, and prints how many got which status as JSON.
"""

import asyncio
import gc
import json
import os
import random
import sys
import time
from collections import Counter

import uvloop

from tests.reliability.blog import Line, comment


async def flood(
    port: int, seconds: float, clients: int, seed: int, keys: list[str]
) -> Counter[int]:
    """Return how many answers had which status; 0 counts connections that broke."""
    counted: Counter[int] = Counter()
    until = time.monotonic() + seconds

    async def send(number: int) -> None:
        source = random.Random(f"{seed}/{number}")
        line = Line(port, key=keys[number % len(keys)])
        body = comment(source)
        while time.monotonic() < until:
            try:
                status = (await line.post(body)).status
            except ConnectionError:
                status = 0
            counted[status] += 1
            if status == 201:
                body = comment(source)
            else:
                await asyncio.sleep(0.02)
        line.close()

    await asyncio.gather(*(send(number) for number in range(clients)))
    return counted


def main() -> None:
    """Flood, and print what was answered."""
    port, seconds, clients, seed, *keys = sys.argv[1:]
    gc.disable()
    # Real clients are on other machines: ours take what the service leaves of this one.
    os.nice(10)
    counted = uvloop.run(flood(int(port), float(seconds), int(clients), int(seed), keys))
    print(json.dumps(counted))  # noqa: T201 - for the test that started it


if __name__ == "__main__":
    main()
