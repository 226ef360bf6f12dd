import asyncio
import threading

import pytest

from tlswizard.machine.daemon import in_daemon


def test_the_result_comes_back():
    assert asyncio.run(in_daemon(divmod, 7, 2)) == (3, 1)
    assert asyncio.run(in_daemon(sorted, [1, 2], reverse=True)) == [2, 1]


def test_what_it_raises_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        asyncio.run(in_daemon(divmod, 1, 0))


def test_it_runs_in_a_thread_that_holds_nothing_up():
    thread = asyncio.run(in_daemon(threading.current_thread))
    assert thread is not threading.main_thread()
    assert thread.daemon


def test_a_late_answer_to_nobody_is_dropped():
    gate, done = threading.Event(), threading.Event()

    def late() -> str:
        gate.wait(5)
        done.set()
        return "late"

    async def impatient() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(in_daemon(late), 0.02)
        gate.set()
        assert await in_daemon(done.wait, 5)
        await asyncio.sleep(0.02)

    asyncio.run(impatient())


def test_an_answer_after_the_loop_is_gone_is_dropped():
    gate = threading.Event()

    async def leave() -> threading.Thread:
        task = asyncio.ensure_future(in_daemon(gate.wait, 5))
        await asyncio.sleep(0.02)
        (thread,) = (t for t in threading.enumerate() if t.name == "wait")
        task.cancel()
        return thread

    thread = asyncio.run(leave())
    gate.set()
    thread.join(5)
    assert not thread.is_alive()
