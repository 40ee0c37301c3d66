//! Statements one by one, as a prompt runs them in `__main__`.

use adder_compiler::Mode;
use adder_objects::dict::PyDict;
use adder_objects::str::PyStr;
use adder_objects::{R, Value};

use crate::program::Outcome;
use crate::vm::Vm;

/// The file of a prompt's statements.
const FILE: &str = "<stdin>";

/// What a text needs before it can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing: it is a whole statement.
    Nothing,
    /// More lines.
    Lines,
    /// Other text: no more lines can make it right.
    Correction,
}

impl Vm {
    /// Gives `sys` its prompts.
    pub fn begin_prompt(&self) {
        let _entered = self.cx.enter();
        self.set_stack_limit();
        let cx = &*self.cx;
        let Some(sys) = crate::module::dict_of(&self.sys.get()) else { return };
        for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
            // Without room for it the prompt has its usual text.
            let _ = cx.str_value(text).and_then(|text| sys.set_text(cx, name, text));
        }
    }

    /// `str(sys.ps1)` and `str(sys.ps2)`.
    pub fn prompts(&self) -> (String, String) {
        let _entered = self.cx.enter();
        let one = |name: &str| {
            let value = self.cx.getattr_text(&self.sys.get(), name).ok()?;
            let text = self.cx.to_str(&value).ok()?;
            Some(text.to_lossy().into_owned())
        };
        (one("ps1").unwrap_or_default(), one("ps2").unwrap_or_default())
    }

    /// Is the text, each line with its end, a whole statement? One with a block ends with an empty line.
    pub fn need_of(&self, text: &str) -> Need {
        let options = adder_compiler::Options::new(Mode::Single, FILE);
        match adder_compiler::compile(text, &options) {
            Ok(_) if has_block(text) && !text.ends_with("\n\n") => Need::Lines,
            Ok(_) => Need::Nothing,
            Err(error) if error.incomplete && !text.ends_with("\n\n") => Need::Lines,
            // In a string or in brackets, empty lines end nothing.
            Err(error) if error.incomplete && (!has_block(text) || error.message.contains("unterminated")) => {
                Need::Lines
            }
            Err(error) if error.incomplete && error.message.contains("was never closed") => Need::Lines,
            Err(_) => Need::Correction,
        }
    }

    /// Runs a statement, shows its value or reports its error. The exit code, if it asked to leave.
    pub fn run_statement(&self, text: &str) -> Option<u8> {
        let _entered = self.cx.enter();
        self.set_stack_limit();
        let result = self.statement(text);
        let code = match result {
            Ok(()) => None,
            Err(raised) => {
                self.keep_last(&raised);
                match self.report(raised) {
                    Outcome::Exit(code) => Some(code),
                    Outcome::Raised | Outcome::Interrupted => None,
                }
            }
        };
        // A stream that cannot be written to has nobody to tell.
        let _ = self.flush(false);
        code
    }

    fn statement(&self, text: &str) -> R<()> {
        let code = crate::source::compile(self, text, FILE, Mode::Single)?;
        self.keep_lines(code.as_value(), text, FILE);
        let Some(globals) = self.main_dict()? else { return Ok(()) };
        let globals = globals.into_value();
        self.run_code(&code, &globals, &globals).map(drop)
    }

    /// `sys.last_exc` and its older relatives.
    fn keep_last(&self, raised: &adder_objects::Raised) {
        let cx = &*self.cx;
        if raised.is(&adder_objects::exceptions::SYSTEM_EXIT) {
            return;
        }
        let Some(sys) = crate::module::dict_of(&self.sys.get()) else { return };
        let traceback = cx.getattr(raised.value(), cx.names.traceback()).unwrap_or_else(|_| Value::none());
        for (name, value) in [
            ("last_exc", raised.value().clone()),
            ("last_type", raised.value().ty().value()),
            ("last_value", raised.value().clone()),
            ("last_traceback", traceback),
        ] {
            // Only for debugging afterwards.
            let _ = sys.set_text(cx, name, value);
        }
    }

    /// What a word may become: names of `__main__`, builtins and keywords, or behind a dot the attributes of what the names in
    /// front of it stand for. Nothing is called for it but `dir` and attribute access.
    pub fn completions(&self, word: &str) -> Vec<String> {
        let _entered = self.cx.enter();
        self.set_stack_limit();
        let mut found = self.candidates(word).unwrap_or_default();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn candidates(&self, word: &str) -> R<Vec<String>> {
        let cx = &*self.cx;
        let Some(main) = self.main_dict()? else { return Ok(Vec::new()) };
        let builtins = self.builtins.get();
        let mut found = Vec::new();
        if let Some((path, start)) = word.rsplit_once('.') {
            let mut parts = path.split('.');
            let first = parts.next().unwrap_or_default();
            let mut value = match main.get_text(cx, first)? {
                Some(value) => value,
                None => match builtins.downcast::<PyDict>().map(|dict| dict.get_text(cx, first)).transpose()?.flatten()
                {
                    Some(value) => value,
                    None => return Ok(found),
                },
            };
            for part in parts {
                value = cx.getattr_text(&value, part)?;
            }
            let Some(dir) = builtins.downcast::<PyDict>().map(|dict| dict.get_text(cx, "dir")).transpose()?.flatten()
            else {
                return Ok(found);
            };
            for name in cx.collect(&cx.call(&dir, &[value])?)? {
                let name = cx.display(&name)?;
                // Private names only where one was begun.
                if name.starts_with(start) && (!name.starts_with('_') || start.starts_with('_')) {
                    found.push(format!("{path}.{name}"));
                }
            }
            return Ok(found);
        }
        let dicts = [Some(&*main), builtins.downcast::<PyDict>()];
        for (name, _) in dicts.into_iter().flatten().flat_map(PyDict::entries) {
            if name.downcast::<PyStr>().is_some() {
                let name = cx.display(&name)?;
                if name.starts_with(word) && (!name.starts_with('_') || word.starts_with('_')) {
                    found.push(name);
                }
            }
        }
        found.extend(KEYWORDS.iter().filter(|keyword| keyword.starts_with(word)).map(|keyword| (*keyword).to_owned()));
        Ok(found)
    }
}

const KEYWORDS: &[&str] = &[
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except",
    "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
    "return", "try", "while", "with", "yield",
];

/// Does the text have a block, or a decorator: more than one line that belongs together at the margin?
fn has_block(text: &str) -> bool {
    let first = text.trim_start().trim_start_matches("async ");
    let word: &str = first.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '@').next().unwrap_or_default();
    first.starts_with('@')
        || matches!(word, "if" | "while" | "for" | "try" | "with" | "def" | "class")
        || (word == "match" && text.lines().next().is_some_and(|line| line.trim_end().ends_with(':')))
}
