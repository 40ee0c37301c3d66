"""Builds the extension modules of a project with setuptools: what `adder build-ext FOLDER` runs, in Adder, in the project's folder.

    driver.py PIN CACHE WHEEL TARGET [OPTION]...

PIN is a line `name==version --hash=sha256:…`, CACHE the folder in which setuptools is kept, WHEEL its file or "" (it is fetched then),
TARGET the folder for the modules or "" (beside their packages). The options are those of setuptools' command build_ext.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile


def fail(text):
    sys.exit(f"adder build-ext: {text}")


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(requirement, folder):
    """Lets pip, or else pip3 or the pip of a python3, put the wheel into the folder."""
    arguments = ["download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", folder, requirement]
    complaints = []
    # The variables are Adder's, and pip runs in another Python.
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    for command in (["python3", "-m", "pip"], ["pip3"], ["pip"]):
        try:
            done = subprocess.run(command + arguments, env=environment, capture_output=True, text=True)
        except OSError as error:
            complaints.append(f"{command[0]}: {error.strerror}")
            continue
        wheels = [name for name in os.listdir(folder) if name.endswith(".whl")]
        if done.returncode == 0 and wheels:
            return os.path.join(folder, wheels[0])
        complaints.append(f"{' '.join(command)}: {done.stderr.strip() or 'no wheel'}")
    fail(
        f"cannot fetch {requirement}, with which the project is built:\n"
        + "\n".join(f"  {complaint}" for complaint in complaints)
        + "\nFetch its wheel elsewhere (pip download --no-deps "
        + f"{requirement}), and name it with --setuptools FILE."
    )


def setuptools_folder(pin, cache, wheel):
    """The folder with setuptools, unpacked once; a folder is filled under another name first, so it is there whole or not."""
    requirement, _, wanted = pin.strip().partition(" --hash=sha256:")
    folder = os.path.join(cache, f"{requirement.replace('==', '-')}-{wanted[:16]}")
    if os.path.isdir(folder):
        return folder
    os.makedirs(cache, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as work:
        source = wheel or fetch(requirement, work)
        try:
            found = digest(source)
        except OSError as error:
            fail(f"--setuptools {source}: {error.strerror}")
        if found != wanted:
            fail(f"{source} is not {requirement}: its sha256 is {found}, not {wanted}")
        unpacked = os.path.join(work, "unpacked")
        with zipfile.ZipFile(source) as archive:
            archive.extractall(unpacked)
        try:
            os.rename(unpacked, folder)
        except OSError:
            # Somebody else was faster, with the same file.
            if not os.path.isdir(folder):
                raise
    return folder


def project():
    """The text of setup.py, and what pyproject.toml says of how the project is built."""
    backend, requires = "setuptools.build_meta", []
    if os.path.exists("pyproject.toml"):
        import tomllib

        try:
            with open("pyproject.toml", "rb") as file:
                system = tomllib.load(file).get("build-system", {})
        except tomllib.TOMLDecodeError as error:
            fail(f"pyproject.toml: {error}")
        backend = system.get("build-backend", backend)
        requires = system.get("requires", requires)
    if os.path.exists("setup.py"):
        import tokenize

        with tokenize.open("setup.py") as file:
            return file.read(), requires
    if backend.partition(".")[0] != "setuptools" and "backend-path" not in system:
        fail(
            f"the project is built by {backend} (pyproject.toml), and build-ext knows setuptools only; "
            "give its C files instead, or build it with the flags of `adder config`"
        )
    return "import setuptools\nsetuptools.setup()\n", requires


def main():
    pin, cache, wheel, target, *options = sys.argv[1:]
    sys.path.insert(0, setuptools_folder(pin, cache, wheel))
    source, requires = project()
    import setuptools  # It brings distutils along.
    # The base of setuptools' own class: some packages derive theirs from this one.
    from distutils.command.build_ext import build_ext

    built, failed = [], {}
    build = build_ext.build_extension

    def build_extension(self, extension):
        # Packages take an extension that cannot be built for an optional one, and go on without; who asks for extensions does not.
        try:
            build(self, extension)
        except BaseException as error:
            failed[extension.name] = error
            raise
        failed.pop(extension.name, None)
        built.append((self, extension.name))

    build_ext.build_extension = build_extension
    where = ["--build-lib", target] if target else ["--inplace"]
    sys.argv = ["setup.py", "build_ext", "--force", *where, *options]
    sys.path.insert(0, os.getcwd())
    names = {"__name__": "__main__", "__file__": os.path.abspath("setup.py"), "__builtins__": __builtins__}
    try:
        exec(compile(source, os.path.abspath("setup.py"), "exec"), names)
    except ModuleNotFoundError as error:
        more = f"; the project wants {', '.join(requires)} (pyproject.toml)" if requires else ""
        error.add_note(f"adder build-ext: setup.py needs the module {error.name}{more}: put its folder on PYTHONPATH")
        raise
    for name, error in failed.items():
        print(f"adder build-ext: the extension module {name} was not built: {error}", file=sys.stderr)
    if failed:
        sys.exit(1)
    if not built:
        fail(f"{os.getcwd()}: the project has no extension modules for this Python (--as-cpython: where it has them for CPython only)")
    # Built elsewhere, the modules have been copied to where they belong by now.
    paths = [os.path.abspath(command.get_ext_fullpath(name)) for command, name in built]
    missing = [path for path in paths if not os.path.exists(path)]
    if missing:
        fail(f"the project built its extension modules, but not to where they are imported from: {', '.join(missing)}")
    for path in paths:
        print(path)


main()
