"""Functions whose annotations are text (a __future__ import) still tell them, each time anew, and singledispatch reads them."""
from __future__ import annotations

import functools
from typing import get_type_hints


def plain(a: int, /, b: Missing, *args: "quoted", c: list[int] = (), **kw: dict) -> str | None:
    return None


print(plain.__annotations__)
print(get_type_hints(functools.partial(print).__class__.__init__) == {})


@functools.singledispatch
def kind(value: object) -> str:
    return "object"


@kind.register
def _(value: int, *, extra: bool = True) -> str:
    return "int"


@kind.register
def _(value: list | tuple) -> str:
    return "sequence"


print(kind("a"), kind(1), kind(True), kind([]), kind(()))


class Owner:
    field: Missing

    def method(self, __private: Owner) -> "Owner":
        return self


print(Owner.__annotations__, Owner.method.__annotations__)
print(get_type_hints(Owner.method)["return"] is Owner)
plain.__annotations__["more"] = 1
print(plain.__annotations__["more"])
plain.__annotations__ = {"only": 2}
print(plain.__annotations__)
print((lambda: 0).__annotations__)


def outer():
    T = int

    def inner(x: T) -> list[T]:
        return [x]

    return inner


print(outer().__annotations__)
