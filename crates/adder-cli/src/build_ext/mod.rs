//! `adder build-ext` and `adder config`: extension modules from C.
//!
//! A project is built by setuptools, which runs in Adder itself (`driver.py`); C files are compiled here. Both take their flags from
//! [`adder_capi::building`], as `sysconfig` does.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use adder_capi::building::{self, Kit};

use crate::Refusal;

/// What is to be built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Build {
    /// A project's folder, or C files.
    pub paths: Vec<PathBuf>,
    /// `--to`: where the modules go; beside their packages, or to the current folder, without it.
    pub to: Option<PathBuf>,
    /// `--name`: the dotted name of the module that the C files make; the first file's name without it.
    pub name: Option<String>,
    /// `--as-cpython`: `setup.py` takes this for CPython.
    pub as_cpython: bool,
    /// `--setuptools`: its wheel, which is fetched otherwise.
    pub setuptools: Option<PathBuf>,
    /// What stands behind `--`: for the C compiler, or for setuptools' `build_ext`.
    pub options: Vec<OsString>,
}

/// What `adder config` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// `--includes`
    Includes,
    /// `--cflags`
    Cflags,
    /// `--ldflags`
    Ldflags,
    /// `--ext-suffix`
    ExtSuffix,
}

fn refuse(message: &str, code: u8) -> Refusal {
    Refusal { message: format!("adder build-ext: {message}\n"), code }
}

/// The lines of `adder config`.
pub(crate) fn config(settings: &[Setting]) -> Result<String, Refusal> {
    let kit = Kit::unpack().map_err(|message| Refusal { message: format!("adder config: {message}\n"), code: 1 })?;
    let include = format!("-I{}", kit.include());
    let line = |setting: &Setting| match setting {
        Setting::Includes => building::quoted(&include),
        Setting::Cflags => building::joined(&[&[include.as_str()], building::CFLAGS, &[building::CCSHARED]].concat()),
        Setting::Ldflags => building::joined(&kit.link_flags()),
        Setting::ExtSuffix => adder_capi::load::EXT_SUFFIX.to_owned(),
    };
    Ok(settings.iter().map(|setting| line(setting) + "\n").collect())
}

/// Builds, and gives the process's exit code.
pub(crate) fn build(build: &Build) -> Result<u8, Refusal> {
    let kit = Kit::unpack().map_err(|message| refuse(&message, 1))?;
    match &build.paths[..] {
        [] => project(build, Path::new(".")),
        [folder] if folder.is_dir() => project(build, folder),
        files => {
            for file in files {
                if file.is_dir() {
                    let message = format!("{}: give one project's folder, or C files, not both", file.display());
                    return Err(refuse(&message, 2));
                }
                if let Err(error) = std::fs::metadata(file) {
                    return Err(refuse(&format!("{}: {error}", file.display()), 2));
                }
            }
            files_to_module(build, files, &kit)
        }
    }
}

/// Lets setuptools build a project, in Adder.
fn project(build: &Build, folder: &Path) -> Result<u8, Refusal> {
    if !["setup.py", "pyproject.toml"].iter().any(|name| folder.join(name).is_file()) {
        let message = format!(
            "{}: no setup.py and no pyproject.toml is there; give a project's folder, or C files",
            folder.display()
        );
        return Err(refuse(&message, 2));
    }
    if build.name.is_some() {
        return Err(refuse("--name is for C files: a project names its modules itself", 2));
    }
    let cache = building::cache().map_err(|message| refuse(&message, 1))?;
    let absolute = |path: &Option<PathBuf>| match path {
        Some(path) => std::path::absolute(path).map(PathBuf::into_os_string),
        None => Ok(OsString::new()),
    };
    let paths = absolute(&build.to).and_then(|to| Ok((to, absolute(&build.setuptools)?)));
    let (to, wheel) = paths.map_err(|error| refuse(&format!("no current folder: {error}"), 1))?;
    let this = std::env::current_exe().map_err(|error| refuse(&format!("cannot find this program: {error}"), 1))?;
    let mut command = Command::new(this);
    command.arg("run").args(build.as_cpython.then_some("--as-cpython"));
    command.args(["-c", include_str!("driver.py"), include_str!("setuptools.txt")]);
    command.args([cache.as_os_str(), &wheel, &to]).args(&build.options).current_dir(folder);
    run(command)
}

/// Runs a command whose output is this program's, and gives its exit code.
fn run(mut command: Command) -> Result<u8, Refusal> {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        // Ended by a signal.
        Ok(status) => Ok(status.code().map_or(1, |code| u8::try_from(code).unwrap_or(1))),
        Err(error) => Err(refuse(&format!("cannot run {name}: {error}; CC and CXX name the compilers"), 1)),
    }
}

/// The words of an environment variable, as `make` would pass them on.
fn words(variable: &str, otherwise: &str) -> Vec<OsString> {
    let value = std::env::var_os(variable).filter(|value| !value.is_empty()).unwrap_or_else(|| otherwise.into());
    value.to_string_lossy().split_whitespace().map(OsString::from).collect()
}

fn is_cpp(file: &Path) -> bool {
    file.extension().and_then(OsStr::to_str).is_some_and(|end| matches!(end, "cc" | "cpp" | "cxx" | "c++" | "C"))
}

/// Compiles and links C files to one module.
fn files_to_module(build: &Build, files: &[PathBuf], kit: &Kit) -> Result<u8, Refusal> {
    let is_c = |file: &Path| file.extension().is_some_and(|end| end == "c") || is_cpp(file);
    if let Some(other) = files.iter().find(|file| !is_c(file)) {
        let message = format!("{}: neither C nor C++, which end in .c, .cc, .cpp or .cxx", other.display());
        return Err(refuse(&message, 2));
    }
    let stem = files[0].file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let name = build.name.clone().unwrap_or(stem);
    if name
        .split('.')
        .any(|part| part.is_empty() || part.contains('/') || part.starts_with(|c: char| c.is_ascii_digit()))
    {
        return Err(refuse(&format!("{name:?} is no module's name; give one with --name"), 2));
    }
    let mut module = build.to.clone().unwrap_or_default();
    module.extend(name.split('.'));
    let mut module = module.into_os_string();
    module.push(adder_capi::load::EXT_SUFFIX);
    let module = PathBuf::from(module);
    let objects = std::env::temp_dir().join(format!("adder-build-ext-{}", std::process::id()));
    let folders = [objects.as_path(), module.parent().unwrap_or(Path::new(""))];
    for folder in folders.into_iter().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| refuse(&format!("{}: {error}", folder.display()), 1))?;
    }
    let made = compile_and_link(build, files, kit, &objects, &module);
    let _ = std::fs::remove_dir_all(&objects);
    if let Ok(0) = made {
        println!("{}", std::path::absolute(&module).unwrap_or(module).display());
    }
    made
}

fn compile_and_link(build: &Build, files: &[PathBuf], kit: &Kit, objects: &Path, module: &Path) -> Result<u8, Refusal> {
    let (cc, cxx) = (words("CC", building::CC), words("CXX", building::CXX));
    let mut made = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let compiler = if is_cpp(file) { &cxx } else { &cc };
        let object = objects.join(format!("{number}.o"));
        let mut command = Command::new(&compiler[0]);
        // In C++ it is an error by itself, and the flag is not known.
        let flags =
            building::CFLAGS.iter().filter(|flag| !is_cpp(file) || !flag.ends_with("implicit-function-declaration"));
        command.args(&compiler[1..]).args(flags).arg(building::CCSHARED);
        command.args(words(if is_cpp(file) { "CXXFLAGS" } else { "CFLAGS" }, "")).args(words("CPPFLAGS", ""));
        command.arg(format!("-I{}", kit.include())).args(compiler_options(&build.options, false));
        command.arg("-c").arg(file).arg("-o").arg(&object);
        let code = run(command)?;
        if code != 0 {
            return Ok(code);
        }
        made.push(object);
    }
    let linker = if files.iter().any(|file| is_cpp(file)) { &cxx } else { &cc };
    let mut command = Command::new(&linker[0]);
    command.args(&linker[1..]).args(kit.link_flags()).args(words("LDFLAGS", "")).args(&made);
    command.args(compiler_options(&build.options, true)).arg("-o").arg(module);
    run(command)
}

/// Of the compiler's options, those for linking (`-l`, `-L`, `-Wl,`), or the others. Those of machine and code are for both.
fn compiler_options(options: &[OsString], linking: bool) -> impl Iterator<Item = &OsString> {
    options.iter().filter(move |option| {
        let option = option.to_string_lossy();
        let for_linker = ["-l", "-L", "-Wl,"].iter().any(|start| option.starts_with(start));
        for_linker == linking || ["-m", "-f", "-g", "-O"].iter().any(|start| option.starts_with(start))
    })
}
