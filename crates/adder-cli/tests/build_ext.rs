//! `adder build-ext`, `adder config`, and what `sysconfig` and `platform` say.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const MODULE: &str = "#include <Python.h>
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = \"NAME\"};
PyMODINIT_FUNC PyInit_NAME(void) { BODY return PyModule_Create(&definition); }
";

/// A folder that is there while the test runs; it is also the home of the cache.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("adder-build-ext-test-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Folder(path)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// The source of a module whose init function begins with something.
    fn module(&self, file: &str, name: &str, body: &str) {
        self.write(file, &MODULE.replace("NAME", name).replace("BODY", body));
    }

    fn adder(&self, args: &[&str]) -> (String, String, Option<i32>) {
        told(self.command(args).output().expect("adder starts"))
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_adder"));
        command.args(args).current_dir(&self.0).env("XDG_CACHE_HOME", self.0.join("cache"));
        for variable in ["CFLAGS", "CPPFLAGS", "LDFLAGS", "CXXFLAGS", "PYTHONPATH", "ADDER_AS_CPYTHON"] {
            command.env_remove(variable);
        }
        command
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn told(output: Output) -> (String, String, Option<i32>) {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (text(output.stdout), text(output.stderr), output.status.code())
}

#[test]
fn c_files_become_a_module_that_import_finds() {
    let folder = Folder::new("files");
    folder.module("one.c", "one", "extern int two(void); if (two() != 2) return NULL;");
    folder.write("two.c", "int two(void) { return 2; }\n");
    let (output, errors, code) = folder.adder(&["build-ext", "one.c", "two.c"]);
    assert_eq!(code, Some(0), "{errors}");
    let (imported, errors, _) = folder.adder(&["-c", "import one; print(one.__file__)"]);
    assert_eq!(imported, output, "{errors}");
    assert!(!folder.0.join("two.o").exists());

    folder.module("deep.cpp", "deep", "struct Guard { ~Guard() {} } guard;");
    let line = ["build-ext", "--to", "out", "--name", "package.deep", "deep.cpp", "--", "-DUNUSED", "-lm"];
    let (_, errors, code) = folder.adder(&line);
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    let program = "import sys; sys.path.insert(0, 'out'); import package.deep; print(package.deep.__name__)";
    let (output, errors, _) = folder.adder(&["-c", program]);
    assert_eq!(output, "package.deep\n", "{errors}");
}

#[test]
fn what_python_h_lacks_is_an_error_before_the_module_runs() {
    let folder = Folder::new("lacks");
    folder.module("undeclared.c", "undeclared", "PyAdder_NoSuchFunction();");
    let (_, errors, code) = folder.adder(&["build-ext", "undeclared.c"]);
    assert_eq!(code, Some(1));
    assert!(errors.contains("PyAdder_NoSuchFunction") && errors.contains("undeclared.c:3"), "{errors}");

    // Who declares it himself is told by the linker.
    folder.module("declared.c", "declared", "extern int PyAdder_NoSuchFunction(void); PyAdder_NoSuchFunction();");
    let (_, errors, code) = folder.adder(&["build-ext", "declared.c"]);
    assert_eq!(code, Some(1));
    assert!(errors.contains("undefined reference to `PyAdder_NoSuchFunction'"), "{errors}");
    let left: Vec<_> = std::fs::read_dir(&folder.0).expect("the folder").flatten().map(|entry| entry.path()).collect();
    assert!(left.iter().all(|path| path.extension().is_none_or(|end| end != "so")), "{left:?}");
}

#[test]
fn wrong_lines_are_explained() {
    let folder = Folder::new("lines");
    folder.module("one.c", "one", "");
    std::fs::write(folder.0.join("one.py"), "").expect("a file");
    std::fs::create_dir(folder.0.join("empty")).expect("a folder");
    for (line, part) in [
        (&["build-ext", "empty"][..], "no setup.py and no pyproject.toml"),
        (&["build-ext", "missing.c"], "missing.c"),
        (&["build-ext", "one.py"], "one.py: neither C nor C++"),
        (&["build-ext", "one.c", "empty"], "not both"),
        (&["build-ext", "--name", "a..b", "one.c"], "--name"),
        (&["config"], "--ldflags"),
    ] {
        let (output, errors, code) = folder.adder(line);
        assert_eq!((output.as_str(), code), ("", Some(2)), "{line:?}: {errors}");
        assert!(errors.contains(part), "{line:?}: {errors}");
    }
    let mut command = folder.command(&["build-ext", "one.c"]);
    let (_, errors, code) = told(command.env("CC", "/no/such/compiler").output().expect("adder starts"));
    assert_eq!(code, Some(1));
    assert!(errors.contains("/no/such/compiler") && errors.contains("CC"), "{errors}");
    let mut command = folder.command(&["config", "--includes"]);
    command.env_remove("XDG_CACHE_HOME").env_remove("HOME");
    let (_, errors, code) = told(command.output().expect("adder starts"));
    assert_eq!(code, Some(1));
    assert!(errors.contains("XDG_CACHE_HOME"), "{errors}");
    let (_, errors, code) = told(
        folder.command(&["config", "--includes"]).env("XDG_CACHE_HOME", "/proc/no").output().expect("adder starts"),
    );
    assert_eq!(code, Some(1));
    assert!(errors.contains("/proc/no/adder") && errors.contains("XDG_CACHE_HOME"), "{errors}");
}

#[test]
fn other_build_systems_get_the_flags() {
    let folder = Folder::new("flags");
    folder.module("plain.c", "plain", "");
    let adder = env!("CARGO_BIN_EXE_adder");
    let line = "cc $(\"$ADDER\" config --cflags) plain.c $(\"$ADDER\" config --ldflags) -o plain$(\"$ADDER\" config --ext-suffix)";
    let mut command = Command::new("sh");
    command.args(["-c", line]).env("ADDER", adder).env("XDG_CACHE_HOME", folder.0.join("cache")).current_dir(&folder.0);
    let (_, errors, code) = told(command.output().expect("a shell"));
    assert_eq!((errors.as_str(), code), ("", Some(0)));
    let program = "
import plain, platform, sys, sysconfig
print(plain.__file__.endswith('plain' + sysconfig.get_config_var('EXT_SUFFIX')))
print(sysconfig.get_config_var('SOABI') in plain.__file__)
include = sysconfig.get_config_var('INCLUDEPY')
print(include == sysconfig.get_path('include'), '-I' + include in sys.argv[1])
print(sys.argv[2] in sysconfig.get_config_var('LDSHARED'), sysconfig.get_config_var('CFLAGS') in sys.argv[1])
print(all(isinstance(value, str) for value in sysconfig.get_config_vars('CC', 'CXX', 'CCSHARED', 'AR', 'ARFLAGS')))
print(platform.python_implementation(), sys.implementation.name, platform.python_version(), platform.python_compiler())
";
    let flags = |name: &str| folder.adder(&["config", name]).0.trim().to_owned();
    let (cflags, ldflags) = (flags("--cflags"), flags("--ldflags"));
    let (output, errors, _) = folder.adder(&["-c", program, &cflags, &ldflags]);
    assert_eq!(output, "True\nTrue\nTrue True\nTrue True\nTrue\nAdder adder 3.14.0 Rust\n", "{errors}");
}

#[test]
fn as_cpython_is_said_and_inherited() {
    let folder = Folder::new("as-cpython");
    let program = "
import platform, subprocess, sys
print(platform.python_implementation(), sys.implementation.name, flush=True)
if len(sys.argv) == 1:
    subprocess.run([sys.executable, '-Ic', 'import platform; print(platform.python_implementation())'])
";
    folder.write("program.py", program);
    assert_eq!(folder.adder(&["run", "--as-cpython", "program.py"]).0, "CPython cpython\nCPython\n");
    assert_eq!(folder.adder(&["program.py"]).0, "Adder adder\nAdder\n");
}

#[test]
fn many_programs_unpack_the_headers_at_once() {
    let folder = Folder::new("at-once");
    let children: Vec<_> = (0..8)
        .map(|_| {
            folder
                .command(&["config", "--includes"])
                .stdout(std::process::Stdio::piped())
                .spawn()
                .expect("adder starts")
        })
        .collect();
    for child in children {
        let (output, errors, code) = told(child.wait_with_output().expect("it ends"));
        assert_eq!(code, Some(0), "{errors}");
        let include = Path::new(output.trim().trim_start_matches("-I"));
        let theirs = std::fs::read_to_string(include.join("Python.h")).expect("a header");
        assert_eq!(theirs, include_str!("../../adder-capi/include/Python.h"));
        assert!(include.join("adder/object.h").is_file());
    }
    let cache: Vec<_> = std::fs::read_dir(folder.0.join("cache/adder")).expect("the cache").flatten().collect();
    assert_eq!(cache.len(), 1, "{cache:?}");
}

#[test]
fn cpythons_headers_can_be_included_by_their_own_names() {
    let folder = Folder::new("headers");
    let include = folder.adder(&["config", "--includes"]).0;
    let include = include.trim().trim_start_matches("-I");
    let mut count = 0;
    for entry in std::fs::read_dir(include).expect("the headers") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        if name.ends_with(".h") {
            let text = format!("#include \"{name}\"\n#include <Python.h>\nint answer(void) {{ return 42; }}\n");
            folder.write("header.c", &text);
            let line = ["-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-I", include, "header.c"];
            let compiled = Command::new("cc").args(line).current_dir(&folder.0).output().expect("a C compiler");
            assert!(compiled.status.success(), "{name}: {}", String::from_utf8_lossy(&compiled.stderr));
            count += 1;
        }
    }
    assert!(count > 30, "{count}");
}

/// The user's own cache, so that setuptools is not fetched for each test; false, with a line, where it cannot be fetched.
fn in_the_users_cache(command: &mut Command) -> Option<(String, String, Option<i32>)> {
    let told = told(command.env_remove("XDG_CACHE_HOME").output().expect("adder starts"));
    if told.1.contains("cannot fetch setuptools") {
        println!("SKIPPED: projects that setuptools builds: {}", told.1);
        return None;
    }
    Some(told)
}

#[test]
fn setuptools_builds_a_project_in_adder() {
    let folder = Folder::new("project");
    folder.module("src/pack/fast.c", "fast", "");
    folder.write("src/pack/__init__.py", "");
    folder.write("pyproject.toml", "[build-system]\nrequires = ['setuptools']\nbuild-backend = 'setuptools.build_meta'\n[project]\nname = 'pack'\nversion = '1'\n");
    folder.write("setup.py", "from distutils.core import Extension, setup\nsetup(name='pack', version='1', package_dir={'': 'src'}, packages=['pack'], ext_modules=[Extension('pack.fast', ['src/pack/fast.c'], optional=True)])\n");
    let Some((output, errors, code)) = in_the_users_cache(&mut folder.command(&["build-ext"])) else { return };
    assert_eq!(code, Some(0), "{errors}");
    let (imported, errors, _) =
        folder.adder(&["-c", "import sys; sys.path.insert(0, 'src'); import pack.fast; print(pack.fast.__file__)"]);
    let built = output.lines().last().expect("the path of what was built");
    assert_eq!(Path::new(imported.trim()).canonicalize().ok(), Path::new(built).canonicalize().ok(), "{errors}");

    let (_, errors, code) =
        in_the_users_cache(&mut folder.command(&["build-ext", "--to", "out", "."])).expect("fetched");
    assert_eq!(code, Some(0), "{errors}");
    assert!(std::fs::read_dir(folder.0.join("out/pack")).expect("a package").count() == 1);

    // An optional extension that cannot be built is an error here.
    folder.module("src/pack/fast.c", "fast", "PyAdder_NoSuchFunction();");
    let (_, errors, code) = in_the_users_cache(&mut folder.command(&["build-ext"])).expect("fetched");
    assert_eq!(code, Some(1));
    assert!(errors.contains("fast.c:3") && errors.contains("pack.fast was not built"), "{errors}");

    folder.write("other/pyproject.toml", "[build-system]\nrequires = ['mesonpy']\nbuild-backend = 'mesonpy'\n");
    let (_, errors, code) = in_the_users_cache(&mut folder.command(&["build-ext", "other"])).expect("fetched");
    assert_eq!(code, Some(1));
    assert!(errors.contains("mesonpy") && errors.contains("adder config"), "{errors}");
    folder.write("none/setup.py", "from setuptools import setup\nsetup(name='none', version='1')\n");
    let (_, errors, code) = in_the_users_cache(&mut folder.command(&["build-ext", "none"])).expect("fetched");
    assert_eq!(code, Some(1));
    assert!(errors.contains("no extension modules"), "{errors}");
    folder.write("wrong.whl", "no wheel");
    let mut command = folder.command(&["build-ext", "--setuptools", "wrong.whl", "none"]);
    let (_, errors, code) = told(command.output().expect("adder starts"));
    assert_eq!(code, Some(1));
    assert!(errors.contains("wrong.whl is not setuptools==") && errors.contains("sha256"), "{errors}");
}
