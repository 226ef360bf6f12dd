from tlswizard.lab.exercise import Bench, exercise
from tlswizard.lab.world import Scene


@exercise(
    title="A root that this computer does not know",
    asked="https://git.fabrikam.example",
    expects=("untrusted-root",),
    program="python",
    message="[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
    "self-signed certificate in certificate chain (_ssl.c:1006)",
)
def untrusted_root(bench: Bench) -> Scene:
    """A company runs its own certificate authority, and this computer was never told. The server sends
    everything, its root too; but to be sent is not to be trusted.

    Fabrikam Root CA -> Fabrikam Issuing CA -> git.fabrikam.example
    """
    root = bench.root("Fabrikam Root CA", org="Fabrikam")
    issuing = root.intermediate("Fabrikam Issuing CA")
    leaf = issuing.leaf(["git.fabrikam.example"])
    return Scene(
        computer=bench.linux(),
        sends=(leaf, issuing, root),
        names={"git.fabrikam.example": "10.2.0.22"},
    )
