from datetime import timedelta

from tlswizard.lab.exercise import Bench, exercise
from tlswizard.lab.world import Scene


@exercise(
    title="The certificate has expired",
    asked="https://shop.northwind.example",
    expects=("expired",),
    program="openssl",
    message="verify error:num=10:certificate has expired",
)
def expired(bench: Bench) -> Scene:
    """It worked for a year and stopped over night, for everybody: five weeks ago the certificate came to
    its end. The computer's clock is right.

    Northwind Root CA -> Northwind Issuing CA -> shop.northwind.example
    """
    root = bench.root("Northwind Root CA", org="Northwind")
    issuing = root.intermediate("Northwind Issuing CA")
    end = bench.now.replace(microsecond=0) - timedelta(days=35)
    leaf = issuing.leaf(["shop.northwind.example"], not_before=end - timedelta(days=365), not_after=end)
    return Scene(
        computer=bench.linux(trusts=[root]),
        sends=(leaf, issuing),
        names={"shop.northwind.example": "10.3.0.80"},
    )
