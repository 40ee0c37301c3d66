//! A parser of XML in pieces, with expat's events, positions and errors. It knows of no Python.
//!
//! The crates that there are read documents that are whole, or do not read document types, or do not say where what is wrong begins;
//! so the tokens are read here, too.

mod attributes;
mod chars;
mod content;
mod dtd;
mod entities;
pub(crate) mod error;
mod events;
mod input;
mod name_ranges;
mod namespaces;
mod prolog;
mod prolog_scan;
mod roles;
mod scan;
mod xml_decl;

use core::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

pub(crate) use dtd::Node;
pub(crate) use error::Code;
pub(crate) use events::{Event, Handler, Host, Question, Text};
pub(crate) use input::Position;

use content::Tag;
use dtd::Dtd;
use input::{Detected, Encoding};
use namespaces::Namespaces;
use prolog::Declaration;
use roles::Prolog;

/// Which parameter entities outside of the document are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Parameters {
    Never = 0,
    UnlessStandalone = 1,
    Always = 2,
}

/// What came in by the document itself, and by what it refers to: a guard against documents that grow without end.
#[derive(Default)]
struct Account {
    direct: Cell<u64>,
    indirect: Cell<u64>,
}

impl Account {
    const MOST: f64 = 100.0;
    const FREE: u64 = 8 << 20;

    fn add(&self, bytes: usize, indirect: bool) -> Result<(), Code> {
        let counter = if indirect { &self.indirect } else { &self.direct };
        counter.set(counter.get().saturating_add(bytes as u64));
        let (direct, all) = (self.direct.get(), self.direct.get().saturating_add(self.indirect.get()));
        let factor = if direct > 0 { all as f64 / direct as f64 } else { (22 + all) as f64 / 22.0 };
        if all < Account::FREE || factor <= Account::MOST { Ok(()) } else { Err(error::AMPLIFICATION_LIMIT_BREACH) }
    }
}

/// What can be asked and set while the parser works.
pub(crate) struct Shared {
    text: RefCell<Rc<Vec<u8>>>,
    encoding: RefCell<Rc<Encoding>>,
    /// Where the text begins.
    start: Cell<Position>,
    /// A place of the text that was asked for, and its position.
    known: Cell<(usize, Position)>,
    /// Where in the text the event is that is told; nowhere while nothing is told.
    event: Cell<Option<usize>>,
    /// The byte of the last event.
    event_byte: Cell<Option<usize>>,
    pub(crate) error: Cell<Code>,
    pub(crate) base: RefCell<Option<Rc<str>>>,
    pub(crate) parameters: Cell<Parameters>,
    pub(crate) foreign_dtd: Cell<bool>,
    pub(crate) prefixes: Cell<bool>,
    pub(crate) deferral: Cell<bool>,
    started: Cell<bool>,
    dtd: Rc<Dtd>,
    account: Rc<Account>,
    separator: Option<Option<char>>,
}

impl Shared {
    fn new(separator: Option<Option<char>>, dtd: Rc<Dtd>, account: Rc<Account>) -> Shared {
        Shared {
            text: RefCell::default(),
            encoding: RefCell::new(Rc::new(Encoding::Utf8)),
            start: Cell::default(),
            known: Cell::default(),
            event: Cell::new(None),
            event_byte: Cell::new(None),
            error: Cell::new(0),
            base: RefCell::new(None),
            parameters: Cell::new(Parameters::Never),
            foreign_dtd: Cell::new(false),
            prefixes: Cell::new(false),
            deferral: Cell::new(true),
            started: Cell::new(false),
            dtd,
            account,
            separator,
        }
    }

    /// Is a document being parsed, of which there is more to come?
    pub(crate) fn started(&self) -> bool {
        self.started.get()
    }

    /// Where in the document the event is; the end of what was read where nothing is told.
    pub(crate) fn position(&self) -> Position {
        let at = self.event.get().unwrap_or(0);
        self.position_at(at)
    }

    /// The byte at which the last event begins; nothing before the first.
    pub(crate) fn byte(&self) -> Option<usize> {
        match self.event.get() {
            Some(at) => Some(self.position_at(at).byte),
            None => self.event_byte.get(),
        }
    }

    fn position_at(&self, at: usize) -> Position {
        let (mut from, mut position) = self.known.get();
        if from > at {
            (from, position) = (0, self.start.get());
        }
        let text = self.text.borrow().clone();
        position.advance(&text[from..at.min(text.len())], &self.encoding.borrow());
        self.known.set((at, position));
        position
    }

    /// The text from the event on, while one is told.
    pub(crate) fn context(&self) -> Option<Vec<u8>> {
        let at = self.event.get()?;
        Some(self.text.borrow().get(at..)?.to_vec())
    }

    /// Takes text off the front that was read.
    fn drop_front(&self, count: usize) {
        let end = self.position_at(count);
        self.start.set(end);
        self.known.set((0, end));
        Rc::make_mut(&mut self.text.borrow_mut()).drain(..count);
    }
}

/// The text of an entity that is read in the midst of another.
struct Frame {
    text: Rc<str>,
    at: usize,
    name: String,
    /// Tags that were open before.
    level: usize,
    is_parameter: bool,
    between_declarations: bool,
}

/// What is read next.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Prolog,
    /// An external entity, at its start.
    EntityStart,
    Content,
    Epilog,
    /// A section that is ignored.
    Ignored,
}

/// What became of a step.
enum Step {
    /// The text was read as far as here.
    On(usize),
    /// An entity is to be read before the text goes on from here.
    Enter(usize),
    /// More is needed.
    Wait,
    /// The text has come to its end.
    Done,
}

/// A parser of one document, or of an external part of one.
pub(crate) struct Parser {
    shared: Rc<Shared>,
    /// Bytes that are not text yet.
    raw: Vec<u8>,
    /// The encoding is known.
    decodes: bool,
    /// The encoding that was named from outside.
    named: Option<String>,
    stage: Stage,
    prolog: Prolog,
    declaration: Declaration,
    tags: Vec<Tag>,
    /// Tags that count as open before the first: those of the document that an external entity is part of.
    level: usize,
    in_cdata: bool,
    namespaces: Option<Namespaces>,
    frames: Vec<Frame>,
    /// General entities, parameter entities that are being read.
    open: HashSet<(bool, String)>,
    is_child: bool,
    is_parameter: bool,
    finished: bool,
    /// Half a unit is behind the end of the text.
    half: bool,
    /// Bytes that were there when a token was not whole.
    partial: usize,
}

impl Parser {
    /// A parser of a document. With namespaces there is a separator, which may be nothing.
    pub(crate) fn document(encoding: Option<&str>, separator: Option<Option<char>>) -> (Parser, Rc<Shared>) {
        let shared = Rc::new(Shared::new(separator, Rc::default(), Rc::default()));
        (Parser::new(shared.clone(), encoding), shared)
    }

    /// A parser of an external entity of a document: with a context of a general one, without of a parameter entity.
    pub(crate) fn external(of: &Shared, context: Option<&str>, encoding: Option<&str>) -> (Parser, Rc<Shared>) {
        let shared = Shared::new(of.separator, of.dtd.clone(), of.account.clone());
        shared.base.replace(of.base.borrow().clone());
        shared.parameters.set(of.parameters.get());
        shared.prefixes.set(of.prefixes.get());
        shared.deferral.set(of.deferral.get());
        let shared = Rc::new(shared);
        let mut parser = Parser::new(shared.clone(), encoding);
        parser.is_child = true;
        match context {
            Some(context) => {
                parser.stage = Stage::EntityStart;
                parser.level = 1;
                parser.enter_context(context);
            }
            None => {
                parser.is_parameter = true;
                parser.prolog = Prolog::external();
                of.dtd.parameter_entity_read.set(true);
            }
        }
        (parser, shared)
    }

    fn new(shared: Rc<Shared>, encoding: Option<&str>) -> Parser {
        Parser {
            raw: Vec::new(),
            decodes: false,
            named: encoding.map(str::to_owned),
            stage: Stage::Prolog,
            prolog: Prolog::document(),
            declaration: Declaration::default(),
            tags: Vec::new(),
            level: 0,
            in_cdata: false,
            namespaces: shared.separator.map(Namespaces::new),
            frames: Vec::new(),
            open: HashSet::new(),
            is_child: false,
            is_parameter: false,
            finished: false,
            half: false,
            partial: 0,
            shared,
        }
    }

    /// About how many bytes it has.
    pub(crate) fn footprint(&self) -> usize {
        let tags: usize = self.tags.iter().map(Tag::bytes).sum();
        let dtd = if self.is_child { 0 } else { self.shared.dtd.bytes.get() };
        self.raw.capacity() + self.shared.text.borrow().capacity() + tags + dtd + size_of::<Parser>()
    }

    /// Names the encoding from outside, if nothing was read yet.
    pub(crate) fn name_encoding(&mut self, name: &str) {
        if !self.shared.started() {
            self.named = Some(name.to_owned());
        }
    }

    /// Reads bytes; the last ones, if it says so.
    pub(crate) fn parse(&mut self, host: &dyn Host, bytes: &[u8], is_final: bool) -> Result<(), Code> {
        if self.finished {
            self.shared.error.set(error::FINISHED);
            return Err(error::FINISHED);
        }
        if self.shared.error.get() != 0 && self.shared.error.get() != error::FINISHED {
            return Err(self.shared.error.get());
        }
        self.shared.started.set(true);
        self.raw.extend_from_slice(bytes);
        let result = self.decode(host, is_final).and_then(|()| self.go(host, is_final));
        match result {
            Ok(()) => {
                self.finished = is_final;
                self.shared.started.set(!is_final);
                Ok(())
            }
            Err(code) => {
                if code == error::ABORTED {
                    self.finished = true;
                    self.shared.started.set(false);
                }
                self.shared.error.set(code);
                // What asks where it is gets the place of the error.
                if self.shared.event.get().is_none() {
                    self.shared.event.set(Some(0));
                }
                Err(code)
            }
        }
    }

    /// Makes text of bytes.
    fn decode(&mut self, host: &dyn Host, is_final: bool) -> Result<(), Code> {
        if !self.decodes {
            let found = match self.named.clone() {
                Some(name) => match Encoding::named(&name) {
                    Some(Encoding::Utf16 { .. }) if name.eq_ignore_ascii_case("utf-16") => {
                        match input::detect(&self.raw) {
                            Detected::Wait if !is_final => return Ok(()),
                            Detected::Is(encoding @ Encoding::Utf16 { .. }, mark) => (encoding, mark),
                            _ => (Encoding::Utf16 { big_endian: true }, 0),
                        }
                    }
                    Some(Encoding::Utf8) => {
                        let mark = if self.raw.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
                        if !is_final && self.raw.len() < 3 && b"\xEF\xBB\xBF".starts_with(&self.raw) {
                            return Ok(());
                        }
                        (Encoding::Utf8, mark)
                    }
                    Some(encoding) => (encoding, 0),
                    None => match host.table(&name) {
                        Some(table) => (Encoding::Table(table), 0),
                        None => return Err(error::UNKNOWN_ENCODING),
                    },
                },
                None => match input::detect(&self.raw) {
                    Detected::Wait if is_final && !self.raw.is_empty() => {
                        // A byte that begins something, and nothing behind it.
                        self.raw = b"<".to_vec();
                        (Encoding::Utf8, 0)
                    }
                    Detected::Wait => return Ok(()),
                    Detected::Is(encoding, mark) => (encoding, mark),
                },
            };
            let (encoding, mark) = found;
            self.raw.drain(..mark);
            // The mark is a character.
            let start = Position { byte: mark, column: usize::from(mark > 0), ..Position::default() };
            self.shared.start.set(start);
            self.shared.known.set((0, start));
            self.shared.encoding.replace(Rc::new(encoding));
            self.decodes = true;
        }
        let encoding = self.shared.encoding.borrow().clone();
        let mut text = self.shared.text.borrow_mut();
        let taken = encoding.decode(&self.raw, Rc::make_mut(&mut text));
        self.raw.drain(..taken);
        if is_final && !self.raw.is_empty() {
            // Half a unit is a token that does not end, the first of two units a character that is cut off.
            match self.raw.len() {
                1 => self.half = true,
                _ => Rc::make_mut(&mut text).push(0xF0),
            }
        }
        Ok(())
    }

    /// What is left of the text has another encoding.
    fn change_encoding(&mut self, encoding: Encoding, from: usize) {
        let mut rest = self.shared.text.borrow()[from..].to_vec();
        rest.append(&mut self.raw);
        self.shared.drop_front(from);
        let mut text = Vec::new();
        let taken = encoding.decode(&rest, &mut text);
        self.raw = rest.split_off(taken);
        self.shared.text.replace(Rc::new(text));
        self.shared.encoding.replace(Rc::new(encoding));
    }

    /// Reads text as far as tokens are whole.
    fn go(&mut self, host: &dyn Host, is_final: bool) -> Result<(), Code> {
        let have = self.shared.text.borrow().len();
        if !is_final && self.shared.deferral.get() && have < 2 * self.partial {
            return Ok(());
        }
        let mut at = 0;
        let result = self.run(host, &mut at, is_final);
        match result {
            Ok(()) => {
                self.partial = if at == 0 { have } else { 0 };
                self.shared.drop_front(at);
                self.shared.event_byte.set(Some(self.shared.start.get().byte));
                self.shared.event.set(None);
                Ok(())
            }
            Err(code) => Err(code),
        }
    }

    fn run(&mut self, host: &dyn Host, at: &mut usize, is_final: bool) -> Result<(), Code> {
        let mut text = self.shared.text.borrow().clone();
        loop {
            if let Some(frame) = self.frames.last() {
                let (source, from) = (frame.text.clone(), frame.at);
                match self.step(host, source.as_bytes(), from, true, false)? {
                    Step::On(end) => {
                        if let Some(frame) = self.frames.last_mut() {
                            frame.at = end;
                        }
                    }
                    Step::Enter(end) => {
                        let below = self.frames.len() - 2;
                        self.frames[below].at = end;
                    }
                    Step::Wait | Step::Done => self.leave()?,
                }
                if host.stops() {
                    return Err(error::ABORTED);
                }
                continue;
            }
            let before = Rc::as_ptr(&self.shared.encoding.borrow());
            match self.step(host, &text, *at, false, !is_final)? {
                Step::On(end) | Step::Enter(end) => {
                    self.shared.account.add(end - *at, self.is_child)?;
                    *at = end;
                }
                Step::Wait | Step::Done => return Ok(()),
            }
            if host.stops() {
                return self.fail(error::ABORTED, *at, false);
            }
            if !core::ptr::eq(before, Rc::as_ptr(&self.shared.encoding.borrow())) {
                // What was read is gone, and the rest is other text.
                text = self.shared.text.borrow().clone();
                *at = 0;
            }
        }
    }

    /// The text of an entity has come to its end.
    fn leave(&mut self) -> Result<(), Code> {
        if let Some(frame) = self.frames.pop() {
            if !frame.is_parameter && self.tags.len() != frame.level {
                return Err(error::ASYNC_ENTITY);
            }
            self.open.remove(&(frame.is_parameter, frame.name));
        }
        Ok(())
    }

    /// Reads the text of an entity next.
    fn enter(&mut self, name: &str, text: Rc<str>, is_parameter: bool, between_declarations: bool) -> Result<(), Code> {
        self.shared.account.add(text.len(), true)?;
        self.open.insert((is_parameter, name.to_owned()));
        let level = self.tags.len();
        self.frames.push(Frame { text, at: 0, name: name.to_owned(), level, is_parameter, between_declarations });
        Ok(())
    }

    /// Reads one token.
    fn step(&mut self, host: &dyn Host, text: &[u8], at: usize, internal: bool, more: bool) -> Result<Step, Code> {
        if self.half && !internal && at == text.len() {
            let code = if self.in_cdata { error::UNCLOSED_CDATA_SECTION } else { error::UNCLOSED_TOKEN };
            return self.fail(code, at, false);
        }
        match self.stage {
            Stage::Prolog => self.prolog_step(host, text, at, internal, more),
            Stage::EntityStart => self.entity_start(host, text, at, more),
            Stage::Content if self.in_cdata => self.cdata_step(host, text, at, internal, more),
            Stage::Content => self.content_step(host, text, at, internal, more),
            Stage::Epilog => self.epilog_step(host, text, at, more),
            Stage::Ignored => self.ignored_step(host, text, at, internal, more),
        }
    }

    /// The event is here.
    fn mark(&self, at: usize, internal: bool) {
        if !internal {
            self.shared.event.set(Some(at));
        }
    }

    /// An error at a place.
    fn fail<T>(&self, code: Code, at: usize, internal: bool) -> Result<T, Code> {
        self.mark(at, internal);
        Err(code)
    }

    /// Tells text that nobody else was told of.
    fn tell_default(&self, host: &dyn Host, text: &[u8]) {
        if host.wants(Handler::Default) && !text.is_empty() {
            host.tell(Event::Default(&String::from_utf8_lossy(text)));
        }
    }

    fn base(&self) -> Option<Rc<str>> {
        self.shared.base.borrow().clone()
    }
}

/// The text of a part that was looked at: it is UTF-8.
fn str_of(text: &[u8], (from, to): (usize, usize)) -> &str {
    std::str::from_utf8(&text[from..to]).unwrap_or("")
}

/// Text in which each end of a line is a newline.
fn with_newlines(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}
