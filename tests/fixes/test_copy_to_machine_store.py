"""What lies in the user's own list goes into the machine's, which services read too."""

import pytest
from diagnosis_cases import CONTENT, diagnosed, house, made, store

from tlswizard.core.edit import AddToStore
from tlswizard.diagnosis.diagnose import diagnose


@pytest.mark.parametrize(
    ("id_", "place", "name", "title"),
    [
        ("two-stores", "windows-machine-root", "Root", "Contoso Root CA"),
        ("intermediate-in-user-store", "windows-machine-ca", "CA", "Contoso Subordinate CA"),
    ],
)
def test_a_root_goes_to_the_roots_and_an_intermediate_to_the_intermediates(id_, place, name, title):
    proven = diagnosed(id_).fix("copy-to-machine-store")
    assert proven is not None
    (edit,) = proven.fix.edits
    assert isinstance(edit, AddToStore)
    assert (edit.store, edit.certificate.title) == (place, title)
    export, put = proven.fix.commands
    assert export.startswith(f"certutil -user -store {name} {edit.certificate.sha1} ")
    assert put.startswith(f"certutil -addstore -f {name} ")
    assert export.split()[-1] == put.split()[-1]
    assert proven.fix.undo == (f"certutil -delstore {name} {edit.certificate.sha1}",)
    assert proven.fix.who == "administrator"


def test_on_linux_a_users_root_goes_into_the_systems_bundle():
    root, intermediate, leaf = house()
    held = [store("dotnet-user-root", root), store("linux-system")]
    told = diagnose(made((leaf, intermediate), held), CONTENT, ("dotnet-service",))
    proven = told.fix("copy-to-machine-store")
    assert proven is not None
    assert proven.fix.edits == (AddToStore("linux-system", root.certificate, anchor=True),)
    assert proven.proofs[0].clients[0].after == "accept"


def test_it_is_not_offered_where_the_user_does_not_hold_it_either():
    assert diagnosed("untrusted-root").fix("copy-to-machine-store") is None
