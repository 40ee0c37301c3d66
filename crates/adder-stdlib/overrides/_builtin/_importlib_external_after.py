# The end of the module _frozen_importlib_external, behind importlib/_bootstrap_external.py: the finder and the loader of the library
# that travels in the binary, and what the interpreter asks for when somebody looks at an object of importlib that it has deferred.

import _frozen_importlib

_set_bootstrap_module(_frozen_importlib)
_bootstrap._bootstrap_external = sys.modules[__name__]
BuiltinImporter = _bootstrap.BuiltinImporter
FrozenImporter = _bootstrap.FrozenImporter

_LIBRARY = "<library>"


class LibraryLoader(SourceFileLoader):
    """Loads a module of the library in the binary."""

    def get_data(self, path):
        data = _imp._library_source(path)
        if data is None:
            raise FileNotFoundError(2, "No such file in the library", path)
        return data

    def path_stats(self, path):
        raise OSError("a file of the library has no times")

    def set_data(self, path, data, *, _mode=0o666):
        raise OSError("the library cannot be written")


class LibraryFinder:
    """Finds modules in a folder of the library in the binary."""

    def __init__(self, path):
        self.path = path

    def __repr__(self):
        return f"LibraryFinder({self.path!r})"

    def find_spec(self, fullname, target=None):
        stem = f"{self.path}/{fullname.rpartition('.')[2]}"
        for file, locations in ((f"{stem}/__init__.py", [stem]), (f"{stem}.py", None)):
            if _imp._library_source(file) is not None:
                return _spec_of(fullname, file, locations)
        return None

    def invalidate_caches(self):
        pass

    def iter_modules(self, prefix=""):
        for name, is_package in _imp._library_modules(self.path):
            yield prefix + name, is_package


def _zip_hook(path):
    if not _path_isfile(path) and not _path_isfile(_path_split(path)[0]):
        raise ImportError("not an archive", path=path)
    from zipimport import zipimporter
    return zipimporter(path)


def _library_hook(path):
    if path == _LIBRARY or path.startswith(_LIBRARY + "/"):
        return LibraryFinder(path)
    raise ImportError("not a folder of the library", path=path)


_file_hook = FileFinder.path_hook(*_get_supported_file_loaders())


def _spec_of(name, file, locations):
    loader = (LibraryLoader if file.startswith(_LIBRARY) else SourceFileLoader)(name, file)
    spec = _bootstrap.ModuleSpec(name, loader, origin=file)
    spec.submodule_search_locations = locations
    spec._set_fileattr = True
    return spec


def _fill_builtin(module):
    spec = _bootstrap.ModuleSpec(module.__name__, BuiltinImporter, origin="built-in")
    # Not `_init_module_attrs`: it looks at what is being filled in here.
    module.__loader__ = BuiltinImporter
    module.__package__ = spec.parent
    module.__spec__ = spec


def _load(spec):
    return _bootstrap._load_unlocked(spec)


_imp._importlib_is_loaded()
for _list in (sys.meta_path, sys.path_hooks):
    _list[:] = [_imp._resolved(_one) for _one in _list]
del _list
