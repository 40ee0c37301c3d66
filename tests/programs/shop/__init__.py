"""A package for imports_package.py."""

print("shop is imported as", __name__)
version = 3
__all__ = ["version", "stock"]


def __getattr__(name):
    if name == "lazy":
        return "made by the package's __getattr__"
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
