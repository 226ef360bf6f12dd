from tlswizard.lab.exercise import Bench, exercise
from tlswizard.lab.world import Scene


@exercise(
    title="Nobody vouches for the server but itself",
    asked="https://printer-3.northwind.example",
    expects=("self-signed",),
    program="python",
    message="[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
    "self-signed certificate (_ssl.c:1006)",
)
def self_signed(bench: Bench) -> Scene:
    """A device came with a certificate that it made itself. Name and dates are right, but there is no
    issuer whom a computer could trust.

    printer-3.northwind.example
    """
    leaf = bench.self_signed("printer-3.northwind.example", org="Northwind")
    return Scene(
        computer=bench.linux(),
        sends=(leaf,),
        names={"printer-3.northwind.example": "10.3.0.3"},
    )
