# Imports of a package beside the program: relative, circular, failing, lazy, with a star.
import sys


def attempt(action):
    try:
        print(action())
    except ImportError as error:
        print(type(error).__name__, str(error).split(" (most")[0].split(" (/")[0], error.name)
    except Exception as error:
        print(type(error).__name__, error)


import shop

print(shop.version, shop.__name__, shop.__package__, shop.__doc__, hasattr(shop, "__path__"), shop.lazy)
attempt(lambda: shop.nothing)
attempt(lambda: hasattr(shop, "stock"))
import shop.stock as stock

print(stock.items, stock.place(), shop.stock is stock)
from shop.stock import items as renamed, place

print(renamed is stock.items, place is stock.place)
from shop import version, lazy, tools

print(version, lazy, tools.double(2), tools.__name__)
import shop.tools.deep

print(shop.tools.deep.where(), sys.modules["shop.tools.deep"] is shop.tools.deep)


def star():
    namespace = {}
    exec("from shop.stock import *", namespace)
    first = sorted(name for name in namespace if name != "__builtins__")
    namespace = {}
    exec("from shop import *", namespace)
    return first, sorted(name for name in namespace if name != "__builtins__")


attempt(star)
import shop.circular_a

attempt(lambda: __import__("shop.circular_c"))
attempt(lambda: exec("from shop import nothing_here"))
attempt(lambda: exec("import shop.nothing_here"))
attempt(lambda: exec("import no_such_module_here"))
attempt(lambda: exec("from shop.stock import missing"))
attempt(lambda: exec("import shop.broken"))
attempt(lambda: exec("import shop.stock.inner"))
attempt(lambda: exec("import shop.failing"))
attempt(lambda: "shop.failing" in sys.modules)
attempt(lambda: exec("import shop.failing"))
attempt(lambda: exec("from . import x", {"__name__": "__main__"}))
attempt(lambda: exec("from .. import x", {"__name__": "shop", "__package__": "shop"}))
attempt(lambda: exec("from .stock import items; print(items)", {"__name__": "shop.made", "__package__": "shop"}))
print(__name__, __package__, __file__.endswith("imports_package.py"), __spec__)
print(__import__("shop.tools.deep").__name__, __import__("shop.tools", fromlist=["double"]).__name__)
attempt(lambda: __import__(""))
attempt(lambda: __import__(5))
attempt(lambda: __import__("x", level=-1))
import importlib

print(importlib.import_module("shop.stock") is stock, importlib.import_module(".stock", "shop") is stock)
attempt(lambda: importlib.import_module(".stock"))
sys.modules["shop.fake"] = "any object"
import shop.fake as fake

print(fake)
sys.modules["shop.blocked"] = None
attempt(lambda: exec("import shop.blocked"))
del sys.modules["shop.stock"]
import shop.stock as again

print(again is stock, again.items == stock.items)
print(importlib.reload(again) is again)
print(stock.__spec__.name, stock.__spec__.parent, shop.__spec__.submodule_search_locations is not None, repr(shop).startswith("<module 'shop' from"))


def local_import():
    from shop.tools import double as twice
    import shop.tools

    return twice(4), "shop" in locals(), shop.version


attempt(local_import)
import runpy

print(sorted(name for name in runpy.run_module("shop.alone", run_name="ran") if not name.startswith("__")))
runpy.run_module("shop", run_name="__main__", alter_sys=True)


class Finder:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("virtual"):
            print("asked for", name)
            return importlib.machinery.ModuleSpec(name, self, is_package=name == "virtual")

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.made = "made for " + module.__name__


import importlib.machinery

sys.meta_path.insert(0, Finder())
import virtual.inside

print(virtual.made, virtual.inside.made)
