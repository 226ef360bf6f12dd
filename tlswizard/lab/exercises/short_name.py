from tlswizard.lab.exercise import Bench, exercise
from tlswizard.lab.world import Scene


@exercise(
    title="The short name is not on the certificate",
    asked="https://wiki",
    expects=("name-mismatch",),
    program="dotnet-framework",
    message="The underlying connection was closed: "
    "Could not establish trust relationship for the SSL/TLS secure channel.",
)
def short_name(bench: Bench) -> Scene:
    """Everybody in the house calls the server by its short name, and that finds it. The certificate
    carries the full name alone; trust and dates are in order.

    Northwind Root CA -> Northwind Issuing CA -> wiki.northwind.example
    """
    root = bench.root("Northwind Root CA", org="Northwind")
    issuing = root.intermediate("Northwind Issuing CA")
    leaf = issuing.leaf(["wiki.northwind.example"])
    return Scene(
        computer=bench.windows(machine_root=[root]),
        sends=(leaf, issuing),
        names={"wiki": "10.1.7.20", "wiki.northwind.example": "10.1.7.20"},
    )
