"""A row says that its program was run only if these tests run it; any other row is by rules alone."""

import pytest
from real_programs import PROGRAMS

RUN = {program.client for program in PROGRAMS.values()}


def test_every_row_that_says_it_was_run_has_its_program_here(content):
    assert {row.id for row in content.clients.values() if row.tested} <= RUN


@pytest.mark.parametrize("client", sorted(RUN))
def test_every_program_that_is_run_has_a_row_that_says_so(client, content):
    assert content.clients[client].tested


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_version_is_known_of_every_program(program, did):
    assert did(program).version != "?"
