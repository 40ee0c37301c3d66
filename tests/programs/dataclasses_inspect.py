# Dataclasses and signatures as programs use them.
import inspect
from dataclasses import FrozenInstanceError, InitVar, asdict, astuple, dataclass, field, fields, make_dataclass, replace
from typing import ClassVar


@dataclass
class Point:
    x: int
    y: int = 0
    tags: list = field(default_factory=list, compare=False)
    scale: InitVar[int] = 1
    origin: ClassVar[str] = "zero"

    def __post_init__(self, scale):
        self.x *= scale


p = Point(1, scale=3)
print(p, p == Point(3), replace(p, y=3, scale=1), asdict(p), astuple(p))
print([(f.name, f.type, f.compare) for f in fields(Point)])
print(Point.__match_args__, Point.__hash__)
match p:
    case Point(x, y):
        print(x, y)


@dataclass(order=True, frozen=True, kw_only=True)
class Version:
    major: int
    name: str = field(default="x", repr=False)


print(Version(major=1) < Version(major=2), hash(Version(major=1)) == hash(Version(major=1)), Version(major=1))
try:
    Version(major=1).major = 2
except FrozenInstanceError as error:
    print(type(error).__name__, error)
for wrong in [lambda: Point(), lambda: Version(1), lambda: make_dataclass("D", [("a", int, []), "b"])]:
    try:
        wrong()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
Made = make_dataclass("Made", [("a", int), ("b", str, field(default="b"))], bases=(Point,), namespace={"n": 1}, kw_only=True)
print(Made(1, a=2), Made.n, inspect.signature(Made))


def f(a, /, b: int, *args, c=3, **kw) -> str:
    """Doc."""
    return a


print(inspect.signature(f), inspect.signature(Point), inspect.signature(Version))
signature = inspect.signature(f)
bound = signature.bind(1, 2, 3, c=4, d=5)
bound.apply_defaults()
print(bound.arguments, bound.args, bound.kwargs)
print([(p.name, p.kind.name, p.default is p.empty) for p in signature.parameters.values()])
try:
    signature.bind(1)
except TypeError as error:
    print(error)
print(inspect.getdoc(f), inspect.isfunction(f), inspect.isgeneratorfunction(f), inspect.isclass(Point))
print(inspect.getsource(f), end="")
print(inspect.getsource(Version), end="")
print(inspect.getfullargspec(f))
print(inspect.signature(lambda *, x=1: 0), inspect.signature(Point.__post_init__), inspect.signature(p.__post_init__))
print([name for name, _ in inspect.getmembers(p) if not name.startswith("__")])
