//! The prompt on a terminal.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::{FileHistory, History};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{
    Cmd, CompletionType, ConditionalEventHandler, Config, Context, Editor, Event, EventContext, EventHandler, Helper,
    KeyEvent, RepeatCount,
};

use super::{Completeness, Outcome, Session, Setup, word_start};

/// As many entries as CPython's prompt keeps.
const HISTORY_ENTRIES: usize = 10_000;
/// What Tab inserts where there is no word to complete.
const INDENT: &str = "    ";

struct Assistant<S>(Rc<RefCell<S>>);

impl<S: Session> Helper for Assistant<S> {}
impl<S: Session> Highlighter for Assistant<S> {}
impl<S: Session> Hinter for Assistant<S> {
    type Hint = String;
}

impl<S: Session> Completer for Assistant<S> {
    type Candidate = String;

    fn complete(&self, line: &str, position: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok((word_start(line, position), self.0.borrow().complete(line, position)))
    }
}

impl<S: Session> Validator for Assistant<S> {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        if text.trim().is_empty() {
            return Ok(ValidationResult::Valid(None));
        }
        Ok(match self.0.borrow().is_complete(&format!("{text}\n")) {
            Completeness::Incomplete => ValidationResult::Incomplete,
            Completeness::Complete | Completeness::Wrong => ValidationResult::Valid(None),
        })
    }
}

/// Tab indents at the beginning of a line, and completes a word elsewhere.
struct Tab;

impl ConditionalEventHandler for Tab {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext) -> Option<Cmd> {
        let before = &context.line()[..context.pos()];
        let line = before.rsplit('\n').next().unwrap_or_default();
        line.trim().is_empty().then(|| Cmd::Insert(1, INDENT.to_owned()))
    }
}

pub(super) fn run<S: Session + 'static>(session: Rc<RefCell<S>>, setup: &Setup) -> io::Result<u8> {
    let config = Config::builder()
        .max_history_size(HISTORY_ENTRIES)
        .and_then(|config| config.history_ignore_dups(true))
        .map_err(as_io)?
        .completion_type(CompletionType::List)
        .build();
    let history = FileHistory::with_config(&config);
    let mut editor: Editor<Assistant<S>, FileHistory> = Editor::with_history(config, history).map_err(as_io)?;
    editor.set_helper(Some(Assistant(session.clone())));
    editor.bind_sequence(KeyEvent::from('\t'), EventHandler::Conditional(Box::new(Tab)));
    if let Some(path) = &setup.history {
        // A first session has no history, and one that cannot be read is no reason not to start.
        let _ = editor.load_history(path);
    }
    let code = converse(&session, &mut editor)?;
    if let Some(path) = &setup.history
        && !editor.history().is_empty()
        && let Err(error) = editor.save_history(path)
    {
        eprintln!(
            "adder: the history was not saved to {}: {error} (PYTHON_HISTORY names another file)",
            path.display()
        );
    }
    Ok(code)
}

fn converse<S: Session + 'static>(
    session: &Rc<RefCell<S>>,
    editor: &mut Editor<Assistant<S>, FileHistory>,
) -> io::Result<u8> {
    loop {
        let (prompt, _) = session.borrow_mut().prompts();
        match editor.readline(&prompt) {
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => {
                editor.add_history_entry(text.trim_end()).map_err(as_io)?;
                if let Outcome::Exit(code) = session.borrow_mut().run(&format!("{text}\n")) {
                    return Ok(code);
                }
            }
            Err(ReadlineError::Interrupted) => session.borrow_mut().interrupted(),
            Err(ReadlineError::Eof) => {
                println!();
                return Ok(0);
            }
            Err(error) => return Err(as_io(error)),
        }
    }
}

fn as_io(error: ReadlineError) -> io::Error {
    match error {
        ReadlineError::Io(error) => error,
        other => io::Error::other(other),
    }
}
