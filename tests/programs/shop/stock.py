from . import version
from .tools import double
from .tools.deep import where

print("shop.stock is imported")
items = {"nail": double(version)}
_private = "not with a star"


def place():
    return __name__, __package__, where()
