import os
from datetime import UTC, datetime
from functools import cache

import program_results
import pytest
from program_servers import serving
from program_situations import Situation, all_situations
from real_programs import PROGRAMS

from tlswizard.cli.batch import Known, judged
from tlswizard.content.library import Content


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory):
    """One folder for all workers of this session."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "programs"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def situations(shared_folder):
    """By id; the same for all workers."""
    texts = program_results.once(
        shared_folder, "situations", lambda: [one.written() for one in all_situations()]
    )
    return {one.id: one for one in map(Situation.read, texts)}


@pytest.fixture(scope="session")
def ports(situations):
    """The servers of this worker, while it has tests."""
    with serving(tuple(situations.values())) as found:
        yield found


@pytest.fixture(scope="session")
def did(situations, shared_folder, request):
    """What a program did, by its name. It skips where the program is not to be had, and says why."""

    @cache
    def said(name):
        def make():
            return program_results.run(
                PROGRAMS[name],
                tuple(situations.values()),
                lambda: request.getfixturevalue("ports"),
                shared_folder,
            )

        return program_results.once(shared_folder, name, make)

    def ran(name):
        found = said(name)
        if "missing" in found:
            pytest.skip(found["missing"])
        if "broken" in found:
            pytest.fail(found["broken"])
        return program_results.ran(found)

    return ran


@pytest.fixture(scope="session")
def content():
    return Content.shipped()


@pytest.fixture(scope="session")
def our_verdict(content, situations):
    """What tlswizard says for a client in a situation at a time: its row of the document."""
    known = Known()

    @cache
    def verdict(client, id_, at):
        one = situations[id_]
        line = {
            "chain": list(one.chain),
            "roots": list(one.roots),
            "name": one.host,
            "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "profile": client,
        }
        return judged(line, content, datetime.now(UTC), known=known)["clients"][0]

    return verdict
