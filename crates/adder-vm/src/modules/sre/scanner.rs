//! `Pattern.scanner` and `Pattern.finditer`: one match after the other.

use core::cell::RefCell;

use adder_objects::object::{Slot, unborn};
use adder_objects::typeobject::{GetSet, Method};
use adder_objects::{Args, Cx, R, Value};

use super::engine::Mode;
use super::matched::PyMatch;
use super::pattern::{PyPattern, Walk, bounds};
use super::sre_type;

sre_type! {
    /// The state of a search for one match after the other.
    PyScanner SCANNER_TYPE SCANNER_SPEC "_sre.SRE_Scanner"
    references { pattern string }
    fields {
        walk: RefCell<Walk>,
        start: usize,
    }
    spec {
        module: "_sre",
        methods: &[
            Method::none("match", |cx, this| advance(cx, this, Mode::Match)),
            Method::none("search", |cx, this| advance(cx, this, Mode::Search)),
        ],
        getset: &[GetSet::get("pattern", |_, this| Ok(PyScanner::of(this).pattern.get()))],
    }
}

fn advance(cx: &Cx, this: &Value, mode: Mode) -> R {
    let this = PyScanner::of(this);
    let (pattern, string) = (this.pattern.get(), this.string.get());
    let program = PyPattern::of(&pattern);
    let subject = program.open(cx, &string)?;
    // Taken out meanwhile: making room for the engine may run finalizers.
    let end = this.walk.borrow().end;
    let mut walk = this.walk.replace(Walk { at: None, end, advance: false });
    let found = walk.next(cx, &program.program, &subject, mode);
    let end = walk.end;
    this.walk.replace(walk);
    match found? {
        Some(found) => PyMatch::make(cx, &pattern, &string, found, (this.start, end)),
        None => Ok(Value::none()),
    }
}

fn make(cx: &Cx, this: &Value, args: Args<'_>, function: &'static str) -> R {
    let (string, _, start, end) = bounds(cx, PyPattern::of(this), args, function)?;
    let made = PyScanner {
        head: unborn(),
        pattern: Slot::new(this.clone()),
        string: Slot::new(string.clone()),
        walk: RefCell::new(Walk::new(start, end)),
        start,
    };
    Ok(cx.alloc(made)?.into_value())
}

pub(super) fn scanner(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    make(cx, this, args, "scanner")
}

pub(super) fn find_iter(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let scanner = make(cx, this, args, "finditer")?;
    cx.callable_iterator(&cx.getattr_text(&scanner, "search")?, &Value::none())
}
