# The annotations of a module: a dict that is there for every module.
import sys
import types

here = sys.modules[__name__]
x: int = 5
y: "str"
print(here.__annotations__ == {"x": int, "y": "str"}, here.__annotations__ is here.__annotations__)
here.__annotations__["z"] = bytes
print(here.__annotations__["z"])

made = types.ModuleType("made")
print(made.__annotations__)
made.__annotations__ = {"a": 1}
print(made.__annotations__, made.__dict__["__annotations__"])
del made.__annotations__
print(made.__annotations__)
del made.__annotations__
try:
    del made.__annotations__
except AttributeError as error:
    print("AttributeError", error)
made.__annotations__ = 5
print(made.__annotations__)
