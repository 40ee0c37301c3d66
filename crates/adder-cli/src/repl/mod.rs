//! The prompt: reads whole statements, gives them to a [`Session`], and goes on until it is told to leave.
//!
//! On a terminal there are a history, editing of all lines of a statement at once, and completion. Elsewhere (`-i` with a pipe)
//! lines are read as they come, with CPython's two prompts on standard error.

mod terminal;

use std::cell::RefCell;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::rc::Rc;

use crate::Invocation;
use crate::environment::Environment;
use crate::help;
use crate::invocation::Program;

/// What the prompt talks to: an interpreter with a `__main__`.
pub trait Session {
    /// Is this text a whole statement, or does it need more lines? Each line has its end, so an empty last line makes two ends.
    fn is_complete(&self, text: &str) -> Completeness;
    /// Compiles and runs a statement, and shows its value or its error.
    fn run(&mut self, text: &str) -> Outcome;
    /// What the word that ends at byte `position` of `line` may become: whole words, each of which begins with that word.
    fn complete(&self, line: &str, position: usize) -> Vec<String>;
    /// Shows a KeyboardInterrupt that came while a line was edited.
    fn interrupted(&mut self) {
        let mut error = io::stderr().lock();
        let _ = writeln!(error, "\nKeyboardInterrupt");
    }
    /// `str(sys.ps1)` and `str(sys.ps2)`, asked for before each statement.
    fn prompts(&mut self) -> (String, String) {
        (">>> ".to_owned(), "... ".to_owned())
    }
}

/// Does a text need more lines?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// A whole statement.
    Complete,
    /// More lines are needed.
    Incomplete,
    /// No more lines can make it right: it is run, which shows the error.
    Wrong,
}

/// How a statement ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Go on with the next prompt.
    Continue,
    /// Leave with this exit code (SystemExit).
    Exit(u8),
}

/// How the prompt is set up.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// What is written first, to standard error; `None` with `-q`.
    pub banner: Option<String>,
    /// Where the history is kept; `None` keeps none.
    pub history: Option<PathBuf>,
}

impl Setup {
    /// As the switches and the environment ask for it: a banner unless `-q`, and the history in `PYTHON_HISTORY` or, as CPython's
    /// has another form, in `~/.adder_history`.
    pub fn new(invocation: &Invocation, environment: &Environment) -> Setup {
        // Behind a program (`-i`) the prompt says nothing of itself.
        let first = matches!(invocation.program, Program::Stdin);
        let banner = (first && !invocation.settings.quiet).then(help::banner);
        let named = if invocation.settings.ignore_environment { None } else { environment.get("PYTHON_HISTORY") };
        let home = environment.get("HOME").map(|home| PathBuf::from(home).join(".adder_history"));
        Setup { banner, history: named.map(PathBuf::from).or(home) }
    }
}

/// Runs the prompt to its end, and gives the exit code.
pub fn run<S: Session + 'static>(session: S, setup: &Setup) -> io::Result<u8> {
    if let Some(banner) = &setup.banner {
        eprintln!("{banner}");
    }
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        terminal::run(Rc::new(RefCell::new(session)), setup)
    } else {
        run_lines(session, &mut io::stdin().lock(), &mut io::stderr())
    }
}

/// The prompt without a terminal. A statement goes on until it is complete; a compound one ends with an empty line.
pub fn run_lines<S: Session>(mut session: S, input: &mut impl BufRead, prompts: &mut impl Write) -> io::Result<u8> {
    let mut text = String::new();
    loop {
        let (first, more) = session.prompts();
        write!(prompts, "{}", if text.is_empty() { first } else { more })?;
        prompts.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            if !text.is_empty()
                && let Outcome::Exit(code) = session.run(&text)
            {
                return Ok(code);
            }
            writeln!(prompts)?;
            return Ok(0);
        }
        text.push_str(&line);
        if text.trim().is_empty() {
            text.clear();
            continue;
        }
        if session.is_complete(&text) == Completeness::Incomplete {
            continue;
        }
        if let Outcome::Exit(code) = session.run(&text) {
            return Ok(code);
        }
        text.clear();
    }
}

/// Where the word that ends at byte `position` begins: letters, digits, underscores and dots belong to it.
pub fn word_start(line: &str, position: usize) -> usize {
    let before = &line[..position];
    let is_part = |character: char| character.is_alphanumeric() || character == '_' || character == '.';
    before
        .char_indices()
        .rev()
        .take_while(|(_, character)| is_part(*character))
        .last()
        .map_or(position, |(start, _)| start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Request, understand};

    #[test]
    fn the_history_is_where_the_environment_says() {
        let setup = |switch: &str, variables: &[(&str, &str)]| {
            let environment: Environment = variables.iter().copied().collect();
            match understand(&["adder".into(), switch.into()], &environment) {
                Ok(Request::Run(invocation)) => Setup::new(&invocation, &environment),
                other => panic!("{other:?}"),
            }
        };
        let home = ("HOME", "/home/x");
        assert_eq!(setup("-i", &[home]).history, Some("/home/x/.adder_history".into()));
        assert_eq!(setup("-i", &[home, ("PYTHON_HISTORY", "/h")]).history, Some("/h".into()));
        assert_eq!(setup("-E", &[home, ("PYTHON_HISTORY", "/h")]).history, Some("/home/x/.adder_history".into()));
        assert_eq!(setup("-i", &[]).history, None);
        assert!(setup("-i", &[home]).banner.unwrap().starts_with("Python 3.14."));
        assert_eq!(setup("-q", &[home]).banner, None);
    }
}
