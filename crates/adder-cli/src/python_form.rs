//! CPython's own form of the command line: `adder [switches] [-c CODE | -m MODULE | FILE | -] [arguments]`.
//!
//! Read by hand: `-c` and `-m` end the switches and take the rest of their word, switches of one letter may be written together,
//! and a word behind the program belongs to the program whatever it looks like. No option parser takes all three.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use crate::environment::{self, Environment};
use crate::help;
use crate::invocation::{CheckHashPycs, Invocation, Program, Reports, Settings};
use crate::{Refusal, Request};

/// What the switches say before the environment is asked.
#[derive(Default)]
struct Switches {
    settings: Settings,
    random_hashes: bool,
    versions: u32,
    warn_options: Vec<OsString>,
    x_options: Vec<(OsString, Option<OsString>)>,
    /// `-c` or `-m` and what it says.
    program: Option<Program>,
}

/// A text of help that was asked for; it ends the reading of switches.
enum Step {
    Go,
    Help(String),
}

/// Reads a whole command line in CPython's form.
pub fn parse(args: &[OsString], environment: &Environment) -> Result<Request, Refusal> {
    parse_from(args, 1, Reports::default(), environment)
}

/// Reads a command line in CPython's form, from the word `start` on.
pub(crate) fn parse_from(
    args: &[OsString],
    start: usize,
    mut reports: Reports,
    environment: &Environment,
) -> Result<Request, Refusal> {
    let mut words = Words { args, next: start };
    let mut switches = Switches::default();
    while switches.program.is_none() {
        let Some(word) = words.switch() else { break };
        let step = if word.as_bytes().starts_with(b"--") {
            switches.long(word, &mut words)
        } else {
            switches.letters(&word.as_bytes()[1..], &mut words)
        };
        match step {
            Ok(Step::Go) => {}
            Ok(Step::Help(text)) => return Ok(Request::Print(text)),
            Err(complaint) => return Err(usage_error(args, &complaint)),
        }
    }
    if switches.versions > 0 {
        return Ok(Request::Print(help::version(switches.versions > 1)));
    }
    if reports.cpython_tests.is_none() {
        reports.cpython_tests = environment.get(environment::CPYTHON_TESTS).map(Into::into);
    }
    reports.as_cpython |= environment.get(environment::AS_CPYTHON).is_some();
    let rest = &args[words.next..];
    invocation(switches, args, rest, reports, environment).map(|invocation| Request::Run(Box::new(invocation)))
}

fn invocation(
    switches: Switches,
    args: &[OsString],
    rest: &[OsString],
    reports: Reports,
    process: &Environment,
) -> Result<Invocation, Refusal> {
    let Switches { mut settings, random_hashes, mut x_options, .. } = switches;
    let (program, argv) = match (switches.program, rest.split_first()) {
        (Some(program), _) => {
            let name = if matches!(program, Program::Command(_)) { "-c" } else { "-m" };
            (program, [&[name.into()], rest].concat())
        }
        (None, Some((first, _))) if first != "-" => (Program::File(first.into()), rest.to_vec()),
        (None, Some(_)) => (Program::Stdin, rest.to_vec()),
        (None, None) => (Program::Stdin, vec![OsString::new()]),
    };
    let environment = (!settings.ignore_environment).then_some(process);
    environment::apply(&mut settings, environment, &x_options, random_hashes, process)?;

    let mut warn_options: Vec<OsString> = Vec::new();
    if settings.dev_mode {
        warn_options.push("default".into());
    }
    let variable = environment.and_then(|environment| environment.get("PYTHONWARNINGS"));
    let from_variable = variable.into_iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    warn_options
        .extend(from_variable.filter(|option| !option.is_empty()).map(|option| OsStr::from_bytes(option).into()));
    warn_options.extend(switches.warn_options);
    match settings.bytes_warning {
        0 => {}
        1 => warn_options.push("default::BytesWarning".into()),
        _ => warn_options.push("error::BytesWarning".into()),
    }
    // `sys._xoptions` is a dict: the place of the first, the value of the last.
    let mut unique: Vec<(OsString, Option<OsString>)> = Vec::new();
    for (name, value) in x_options.drain(..) {
        match unique.iter_mut().find(|(known, _)| *known == name) {
            Some(known) => known.1 = value,
            None => unique.push((name, value)),
        }
    }
    Ok(Invocation { program, argv, orig_argv: args.to_vec(), settings, warn_options, x_options: unique, reports })
}

/// The words of the command line, read in order.
struct Words<'a> {
    args: &'a [OsString],
    next: usize,
}

impl<'a> Words<'a> {
    /// The next word, if it is a switch. `--` alone ends the switches and is dropped; `-` alone is a program.
    fn switch(&mut self) -> Option<&'a OsStr> {
        let word = self.args.get(self.next)?.as_os_str();
        if word == "--" {
            self.next += 1;
            return None;
        }
        let is_switch = word.len() > 1 && word.as_bytes()[0] == b'-';
        is_switch.then(|| {
            self.next += 1;
            word
        })
    }

    fn argument(&mut self) -> Option<&'a OsStr> {
        let word = self.args.get(self.next)?;
        self.next += 1;
        Some(word)
    }
}

impl Switches {
    fn long(&mut self, word: &OsStr, words: &mut Words) -> Result<Step, String> {
        match word.to_str() {
            Some("--help") => return Ok(Step::Help(help::overview(words.args))),
            Some("--help-env") => return Ok(Step::Help(help::environment())),
            Some("--help-xoptions") => return Ok(Step::Help(help::x_options())),
            Some("--help-all") => return Ok(Step::Help(help::all(words.args))),
            Some("--version") => self.versions += 1,
            Some(name @ "--check-hash-based-pycs") => {
                let value = words.argument().ok_or_else(|| format!("Argument expected for the {name} options"))?;
                self.settings.check_hash_pycs = match value.to_str() {
                    Some("default") => CheckHashPycs::Default,
                    Some("always") => CheckHashPycs::Always,
                    Some("never") => CheckHashPycs::Never,
                    _ => return Err(format!("{name} must be one of 'default', 'always', or 'never'")),
                };
            }
            _ => return Err(unknown_long(word)),
        }
        Ok(Step::Go)
    }

    /// Switches of one letter, written together.
    fn letters(&mut self, letters: &[u8], words: &mut Words) -> Result<Step, String> {
        for (i, letter) in letters.iter().enumerate() {
            if b"cmWX".contains(letter) {
                let attached = &letters[i + 1..];
                let value = if attached.is_empty() { words.argument() } else { Some(OsStr::from_bytes(attached)) };
                let missing = || format!("Argument expected for the -{} option", *letter as char);
                self.with_argument(*letter, value.ok_or_else(missing)?);
                return Ok(Step::Go);
            }
            if b"h?".contains(letter) {
                return Ok(Step::Help(help::overview(words.args)));
            }
            self.letter(*letter)?;
        }
        Ok(Step::Go)
    }

    fn with_argument(&mut self, letter: u8, value: &OsStr) {
        match letter {
            b'c' => self.program = Some(Program::Command(value.to_owned())),
            b'm' => self.program = Some(Program::Module(value.to_owned())),
            b'W' => self.warn_options.push(value.to_owned()),
            _ => {
                let bytes = value.as_bytes();
                let option = match bytes.iter().position(|byte| *byte == b'=') {
                    Some(at) => (bytes[..at].to_vec(), Some(OsString::from_vec(bytes[at + 1..].to_vec()))),
                    None => (bytes.to_vec(), None),
                };
                self.x_options.push((OsString::from_vec(option.0), option.1));
            }
        }
    }

    fn letter(&mut self, letter: u8) -> Result<(), String> {
        let settings = &mut self.settings;
        match letter {
            b'b' => settings.bytes_warning += 1,
            b'B' => settings.dont_write_bytecode = true,
            b'd' => settings.debug += 1,
            b'E' => settings.ignore_environment = true,
            b'i' => {
                settings.inspect = true;
                settings.interactive = true;
            }
            b'I' => {
                settings.isolated = true;
                settings.ignore_environment = true;
                settings.no_user_site = true;
                settings.safe_path = true;
            }
            b'O' => settings.optimize += 1,
            b'P' => settings.safe_path = true,
            b'q' => settings.quiet = true,
            b'R' => self.random_hashes = true,
            b's' => settings.no_user_site = true,
            b'S' => settings.no_site = true,
            // A switch of Python 2 that is taken and does nothing.
            b't' => {}
            b'u' => settings.unbuffered = true,
            b'v' => settings.verbose += 1,
            b'V' => self.versions += 1,
            b'x' => settings.skip_first_line = true,
            b'J' => return Err("-J is reserved for Jython".to_owned()),
            other => return Err(format!("Unknown option: -{}", other.escape_ascii())),
        }
        Ok(())
    }
}

fn unknown_long(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let ours = ["--stats", "--memory-limit", "--gc-log", "--leaks", "--graph", "--cpython-tests", "--as-cpython"];
    let name = word.split('=').next().unwrap_or_default();
    if ours.contains(&name) {
        return format!("{name} is an option of `adder run`, and stands before Python's: adder run {word} …");
    }
    format!("unknown option {word}")
}

fn usage_error(args: &[OsString], complaint: &str) -> Refusal {
    Refusal { message: format!("{complaint}\n{}{}", help::usage_line(args), help::USAGE_HINT), code: 2 }
}
