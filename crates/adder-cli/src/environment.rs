//! The variables `PYTHON*` and the `-X` options, as settings.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use crate::Refusal;
use crate::invocation::{Reports, Settings};

/// The variable by which child processes inherit `--cpython-tests`; its name keeps it out of reach of `-E` and `-I`.
pub const CPYTHON_TESTS: &str = "ADDER_CPYTHON_TESTS";
/// The same for `--as-cpython`.
pub const AS_CPYTHON: &str = "ADDER_AS_CPYTHON";

/// Environment variables.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// Those of this process.
    pub fn of_process() -> Environment {
        std::env::vars_os().collect()
    }

    /// A variable's value. An empty one counts as not set, as in CPython.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// Is the locale for characters `C`?
    fn is_c_locale(&self) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| self.get(name));
        locale.is_none_or(|locale| locale == "C" || locale == "POSIX")
    }

    /// Is it `C`, or what CPython makes of that? There, bytes that are no UTF-8 pass the standard streams.
    fn is_lenient_locale(&self) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| self.get(name));
        self.is_c_locale()
            || locale.is_some_and(|locale| locale == "C.UTF-8" || locale == "C.utf8" || locale == "UTF-8")
    }
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Environment {
        Environment(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Sets the variables by which child processes inherit `--cpython-tests` and `--as-cpython`.
///
/// # Safety
/// No other thread may run yet: the environment is the whole process's.
pub(crate) unsafe fn hand_down(reports: &Reports) {
    if let Some(folder) = &reports.cpython_tests {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
        // SAFETY: the caller promises that there is no other thread.
        unsafe { std::env::set_var(CPYTHON_TESTS, folder) };
    }
    if reports.as_cpython {
        // SAFETY: as above.
        unsafe { std::env::set_var(AS_CPYTHON, "1") };
    }
}

/// The `-X` options, by name.
pub type XOptions = [(OsString, Option<OsString>)];

/// Where a setting was found, for its error.
struct Found<'a> {
    place: String,
    value: Option<&'a OsStr>,
}

/// A look-up in the `-X` options first, then in the environment.
struct Sources<'a> {
    environment: Option<&'a Environment>,
    x_options: &'a XOptions,
}

impl<'a> Sources<'a> {
    fn variable(&self, name: &str) -> Option<&'a OsStr> {
        self.environment?.get(name)
    }

    /// CPython takes the first of several options of one name here.
    fn x_option(&self, name: &str) -> Option<Option<&'a OsStr>> {
        let (_, value) = self.x_options.iter().find(|(given, _)| given == name)?;
        Some(value.as_deref())
    }

    fn either(&self, x_option: &str, variable: &str) -> bool {
        self.x_option(x_option).is_some() || self.variable(variable).is_some()
    }

    fn find(&self, x_option: &str, variable: &str) -> Option<Found<'a>> {
        let option = self.x_option(x_option).map(|value| Found { place: format!("-X {x_option}"), value });
        option.or_else(|| Some(Found { place: variable.to_owned(), value: Some(self.variable(variable)?) }))
    }
}

/// What the environment adds to the switches, and what the `-X` options say. With `-E` or `-I` the environment is `None`.
pub(crate) fn apply(
    settings: &mut Settings,
    environment: Option<&Environment>,
    x_options: &XOptions,
    random_hashes: bool,
    process: &Environment,
) -> Result<(), Refusal> {
    let sources = Sources { environment, x_options };
    settings.utf8_mode = utf8_mode(&sources)?.unwrap_or_else(|| process.is_c_locale());
    settings.dev_mode = sources.either("dev", "PYTHONDEVMODE");
    gil(&sources)?;

    for (count, variable) in [
        (&mut settings.debug, "PYTHONDEBUG"),
        (&mut settings.verbose, "PYTHONVERBOSE"),
        (&mut settings.optimize, "PYTHONOPTIMIZE"),
    ] {
        *count = (*count).max(sources.variable(variable).map_or(0, counter));
    }
    for (flag, variable) in [
        (&mut settings.inspect, "PYTHONINSPECT"),
        (&mut settings.dont_write_bytecode, "PYTHONDONTWRITEBYTECODE"),
        (&mut settings.unbuffered, "PYTHONUNBUFFERED"),
        (&mut settings.no_user_site, "PYTHONNOUSERSITE"),
    ] {
        *flag |= sources.variable(variable).is_some_and(|value| counter(value) > 0);
    }
    settings.safe_path |= sources.variable("PYTHONSAFEPATH").is_some();
    settings.search_path = sources.variable("PYTHONPATH").map(OsStr::to_owned);
    settings.startup = sources.variable("PYTHONSTARTUP").map(Into::into);
    settings.lenient_streams = settings.utf8_mode || process.is_lenient_locale();
    settings.io_encoding = sources.variable("PYTHONIOENCODING").map(OsStr::to_owned);

    if !random_hashes {
        settings.hash_seed = hash_seed(&sources)?;
    }
    settings.faulthandler = settings.dev_mode || sources.either("faulthandler", "PYTHONFAULTHANDLER");
    settings.debug_ranges = !sources.either("no_debug_ranges", "PYTHONNODEBUGRANGES");
    settings.warn_default_encoding = sources.either("warn_default_encoding", "PYTHONWARNDEFAULTENCODING");
    settings.import_time = sources
        .find("importtime", "PYTHONPROFILEIMPORTTIME")
        .map_or(0, |found| if found.value == Some(OsStr::new("2")) { 2 } else { 1 });
    settings.tracemalloc = tracemalloc(&sources)?;
    settings.int_max_str_digits = int_max_str_digits(&sources)?.unwrap_or(settings.int_max_str_digits);
    settings.cpu_count = cpu_count(&sources)?;
    frozen_modules(&sources)?;
    settings.pycache_prefix = sources
        .find("pycache_prefix", "PYTHONPYCACHEPREFIX")
        .and_then(|found| found.value.filter(|value| !value.is_empty()).map(OsStr::to_owned));
    Ok(())
}

/// A number; what is no number or is negative counts as 1.
fn counter(value: &OsStr) -> u32 {
    number(value).and_then(|number| u32::try_from(number).ok()).unwrap_or(1)
}

/// As C's `strtol` reads a whole string: no digits at all are 0.
fn number(value: &OsStr) -> Option<i32> {
    let text = value.to_str()?;
    if text.is_empty() { Some(0) } else { text.trim_start().parse().ok() }
}

/// CPython's form of an error in the configuration.
fn fatal(place: &str, message: &str) -> Refusal {
    let place = if place.is_empty() { String::new() } else { format!("{place}: ") };
    Refusal {
        message: format!("Fatal Python error: {place}{message}\nPython runtime state: preinitialized\n\n"),
        code: 1,
    }
}

fn utf8_mode(sources: &Sources) -> Result<Option<bool>, Refusal> {
    let as_flag = |value: &OsStr| match value.to_str() {
        Some("1") => Some(true),
        Some("0") => Some(false),
        _ => None,
    };
    match sources.x_option("utf8") {
        Some(None) => return Ok(Some(true)),
        Some(Some(value)) => {
            let flag = as_flag(value);
            return flag.map(Some).ok_or_else(|| fatal("preconfig_init_utf8_mode", "invalid -X utf8 option value"));
        }
        None => {}
    }
    let Some(value) = sources.variable("PYTHONUTF8") else { return Ok(None) };
    let error = || fatal("preconfig_init_utf8_mode", "invalid PYTHONUTF8 environment variable value");
    as_flag(value).map(Some).ok_or_else(error)
}

fn gil(sources: &Sources) -> Result<(), Refusal> {
    let Some(found) = sources.find("gil", "PYTHON_GIL") else { return Ok(()) };
    match found.value.and_then(OsStr::to_str) {
        Some("1") => Ok(()),
        Some("0") => Err(fatal("config_read_gil", "Disabling the GIL is not supported by this build")),
        _ => Err(fatal("config_read_gil", "PYTHON_GIL / -X gil must be \"0\" or \"1\"")),
    }
}

fn hash_seed(sources: &Sources) -> Result<Option<u32>, Refusal> {
    let Some(value) = sources.variable("PYTHONHASHSEED") else { return Ok(None) };
    if value == "random" {
        return Ok(None);
    }
    let message = "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]";
    let seed = value.to_str().and_then(|text| text.parse().ok());
    seed.map(Some).ok_or_else(|| fatal("config_init_hash_seed", message))
}

fn tracemalloc(sources: &Sources) -> Result<u32, Refusal> {
    let Some(found) = sources.find("tracemalloc", "PYTHONTRACEMALLOC") else { return Ok(0) };
    let Some(value) = found.value else { return Ok(1) };
    let place = if found.place.starts_with("-X") { "-X tracemalloc=NFRAME" } else { "PYTHONTRACEMALLOC" };
    /// The most frames that `tracemalloc.start` takes.
    const MOST: u32 = 65535;
    let frames = number(value).and_then(|frames| u32::try_from(frames).ok()).filter(|&frames| frames <= MOST);
    frames.ok_or_else(|| fatal("config_init_tracemalloc", &format!("{place}: invalid number of frames")))
}

fn int_max_str_digits(sources: &Sources) -> Result<Option<u32>, Refusal> {
    /// The least limit that CPython takes, besides 0.
    const LEAST: u32 = 640;
    let Some(found) = sources.find("int_max_str_digits", "PYTHONINTMAXSTRDIGITS") else { return Ok(None) };
    let digits = found.value.and_then(number).and_then(|digits| u32::try_from(digits).ok());
    let digits = digits.filter(|digits| *digits == 0 || *digits >= LEAST);
    let message = format!("{}: invalid limit; must be >= {LEAST} or 0 for unlimited.", found.place);
    digits.map(Some).ok_or_else(|| fatal("config_init_int_max_str_digits", &message))
}

fn cpu_count(sources: &Sources) -> Result<Option<u32>, Refusal> {
    let Some(found) = sources.find("cpu_count", "PYTHON_CPU_COUNT") else { return Ok(None) };
    if found.value == Some(OsStr::new("default")) {
        return Ok(None);
    }
    let count = found.value.and_then(number).and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0);
    let message = "-X cpu_count=n option: n is missing or an invalid number, n must be greater than 0";
    count.map(Some).ok_or_else(|| fatal("config_init_cpu_count", message))
}

/// Only checked: no module is frozen here.
fn frozen_modules(sources: &Sources) -> Result<(), Refusal> {
    match sources.x_option("frozen_modules") {
        None | Some(None) => Ok(()),
        Some(Some(value)) if value.is_empty() || value == "on" || value == "off" => Ok(()),
        Some(Some(_)) => Err(fatal("", "bad value for option -X frozen_modules (expected \"on\" or \"off\")")),
    }
}
