from tlswizard.lab.exercise import Bench, exercise
from tlswizard.lab.world import Scene


@exercise(
    title="Two faults at once",
    asked="https://reports.fabrikam.example",
    expects=("untrusted-root", "name-mismatch"),
    program="openssl",
    message="verify error:num=19:self-signed certificate in certificate chain",
)
def two_faults_at_once(bench: Bench) -> Scene:
    """The message tells of the root alone. Whoever puts that right gets the next message: the server
    has moved to a new name, and the certificate with it. Neither repair helps without the other.

    Fabrikam Root CA -> Fabrikam Issuing CA -> insights.fabrikam.example
    """
    root = bench.root("Fabrikam Root CA", org="Fabrikam")
    issuing = root.intermediate("Fabrikam Issuing CA")
    leaf = issuing.leaf(["insights.fabrikam.example"])
    return Scene(
        computer=bench.linux(),
        sends=(leaf, issuing, root),
        names={"reports.fabrikam.example": "10.2.0.31", "insights.fabrikam.example": "10.2.0.31"},
    )
