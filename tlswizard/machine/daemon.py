"""What must block, in a thread that never holds the exit.

`asyncio.to_thread` and `loop.getaddrinfo` use the loop's own pool, and the program then waits for it at
the end (measured: 4 to 6 s with a hanging name server). A daemon thread is simply left behind.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_daemon(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`function(*args)` in a daemon thread. Cancelling forgets the thread; raises what it raises."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            result = function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - handed over to the waiting side, whole
            _hand_over(loop, future, None, error)
        else:
            _hand_over(loop, future, result, None)

    threading.Thread(target=run, daemon=True, name=getattr(function, "__name__", "work")).start()
    return await future


def _hand_over(
    loop: asyncio.AbstractEventLoop, future: "asyncio.Future[T]", result: T | None, error: Exception | None
) -> None:
    def settle() -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    try:
        loop.call_soon_threadsafe(settle)
    except RuntimeError:
        return  # the loop is closed: nobody waits any more
