"""Imports from an archive on sys.path: modules, packages, data, what is missing."""
import os, sys, tempfile, zipfile, zipimport

folder = tempfile.mkdtemp()
archive = os.path.join(folder, "code.zip")
with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("alone.py", "value = 1\ndef fail(): raise ValueError(value)\n")
    z.writestr("pack/__init__.py", "from . import part\n")
    z.writestr("pack/part.py", "import pkgutil\nname = __name__\ndata = pkgutil.get_data('pack', 'data.txt')\n")
    z.writestr("pack/data.txt", "some data")
sys.path.insert(0, archive)
import alone, pack
from pack.part import name, data
print(alone.value, name, data)
print(os.path.relpath(alone.__file__, folder), os.path.relpath(pack.__path__[0], folder))
print(type(alone.__loader__).__name__, alone.__spec__.name)
try:
    import pack.nothing
except ImportError as error:
    print(error)
try:
    alone.fail()
except ValueError as error:
    import traceback
    print(traceback.format_exc().splitlines()[-2:])
importer = zipimport.zipimporter(archive)
print(importer.is_package("pack"), importer.get_source("alone").splitlines()[0])
try:
    zipimport.zipimporter(__file__)
except zipimport.ZipImportError as error:
    print(type(error).__name__)
os.remove(archive)
os.rmdir(folder)
