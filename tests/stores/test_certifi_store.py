import errno

from stores_making import A, B, Recorded, bundle, titles

from tlswizard.stores import certifi
from tlswizard.stores.reading import Reader

PATH = "/srv/venv/lib/python3.12/site-packages/certifi/cacert.pem"


def _read(machine: Recorded):
    return certifi.read(machine, Reader(machine))


def test_the_bundle_belongs_to_its_environment():
    (store,) = _read(Recorded({PATH: bundle(A, B)}, bundle_of_certifi=PATH))
    assert (store.id, store.scope, store.location) == ("certifi:/srv/venv", "program", PATH)
    assert titles(store.anchors) == ["Root A", "Root B"]


def test_without_certifi_there_is_no_store():
    assert _read(Recorded()) == ()


def test_a_bundle_that_cannot_be_read_says_why():
    for failing, why in ((errno.EACCES, "Permission denied"), (errno.ENOENT, "No such file or directory")):
        (store,) = _read(Recorded({PATH: failing}, bundle_of_certifi=PATH))
        assert (store.anchors, store.unreadable) == ((), why)


def test_its_own_file_is_never_changed():
    (store,) = _read(Recorded({PATH: bundle(A)}, bundle_of_certifi=PATH))
    change = certifi.adding(store, B.certificate)
    assert not any(f"> {PATH}" in line for line in change.commands)
    assert any("REQUESTS_CA_BUNDLE" in line for line in change.commands)
    assert change.undo == ("unset REQUESTS_CA_BUNDLE",)


def _place(environment: str, python: str = "python3.12") -> str:
    return f"{environment}/lib/{python}/site-packages/certifi/cacert.pem"


def test_every_environment_has_its_own_bundle_and_this_interpreters_is_first():
    pipx, active = "/home/dana/.local/share/pipx/venvs/httpie", "/srv/active"
    files = {path: bundle(A) for path in (PATH, _place(pipx), _place(active))}
    stores = _read(Recorded(files, variables={"VIRTUAL_ENV": active}, bundle_of_certifi=PATH))
    assert [s.id for s in stores] == ["certifi:/srv/venv", f"certifi:{active}", f"certifi:{pipx}"]
    assert (stores[0].read_by, stores[1].read_by) == ("", "requests and httpx in /srv/active")
    assert stores[1].title == "certifi's bundle in /srv/active"


def test_an_environment_that_is_asked_for_is_read():
    machine = Recorded({_place("/opt/app"): bundle(B)})
    reader = Reader(machine)
    reader.environments = ("/opt/app", "/opt/none", "/opt/nul\0")
    (store,) = certifi.read(machine, reader)
    assert (store.id, titles(store.anchors)) == ("certifi:/opt/app", ["Root B"])


def test_a_folder_named_lib_above_the_environment_is_not_taken_for_it():
    path = _place("/var/lib/app/venv")
    (store,) = _read(Recorded({path: bundle(A)}, bundle_of_certifi=path))
    assert store.id == "certifi:/var/lib/app/venv"


def test_two_names_of_one_bundle_are_one_store_at_its_real_path():
    system = "/etc/ssl/certs/ca-certificates.crt"
    packaged = "/usr/lib/python3/dist-packages/certifi/cacert.pem"
    files = {packaged: bundle(A), system: bundle(A), _place("/srv/linked"): bundle(A)}
    links = {packaged: system, _place("/srv/linked"): system}
    machine = Recorded(
        files, links=links, variables={"CONDA_PREFIX": "/srv/linked"}, bundle_of_certifi=packaged
    )
    (store,) = _read(machine)
    assert (store.id, store.location) == ("certifi:/usr", system)
    assert store.notes == ("It is a link to the system's bundle, as the distribution has it.",)


def test_there_is_an_end_to_the_environments_that_are_looked_at():
    many = {_place(f"/home/dana/.virtualenvs/e{i}"): bundle(A) for i in range(certifi.MAX_ENVIRONMENTS + 50)}
    assert len(_read(Recorded(many))) <= certifi.MAX_ENVIRONMENTS
