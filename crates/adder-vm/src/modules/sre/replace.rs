//! `Pattern.sub`, `Pattern.subn`, and the templates of what they put in.

use adder_objects::list::PyList;
use adder_objects::object::{Slot, unborn};
use adder_objects::str::PyStr;
use adder_objects::tuple::PyTuple;
use adder_objects::{Args, Cx, Params, R, Value, exceptions as exc, raise};

use super::engine::Mode;
use super::matched::PyMatch;
use super::pattern::{PyPattern, Walk};
use super::sre_type;
use super::subject::Subject;

sre_type! {
    /// A replacement: literals, and numbers of groups between them.
    PyTemplate TEMPLATE_TYPE TEMPLATE_SPEC "_sre.SRE_Template"
    references { pieces }
    fields {}
    spec { module: "_sre", }
}

/// `_sre.template`: from a list of literals with numbers of groups between them.
pub(super) fn template(cx: &Cx, list: &Value) -> R {
    let Some(list) = list.downcast::<PyList>() else {
        let ty = list.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "template() argument 2 must be list, not {ty}");
    };
    let pieces = list.to_vec();
    let valid = |(at, piece): (usize, &Value)| at % 2 == 0 || piece.as_i64().is_some_and(|group| group >= 0);
    if pieces.len() % 2 == 0 || !pieces.iter().enumerate().all(valid) {
        return raise!(cx, exc::TYPE_ERROR, "invalid template");
    }
    let made = PyTemplate { head: unborn(), pieces: Slot::new(cx.tuple(pieces)?.into_value()) };
    Ok(cx.alloc(made)?.into_value())
}

/// The template of a text, made (and kept) by the library.
pub(super) fn compile(cx: &Cx, pattern: &Value, text: &Value) -> R {
    let function = cx.getattr_text(&cx.import("re")?, "_compile_template")?;
    cx.call(&function, &[pattern.clone(), text.clone()])
}

/// Adds what a template gives for a match.
fn push(cx: &Cx, template: &Value, matched: &PyMatch, out: &mut Vec<Value>) -> R<()> {
    let Some(template) = template.downcast::<PyTemplate>() else {
        out.push(template.clone());
        return Ok(());
    };
    let pieces = template.pieces.get();
    let pieces = pieces.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
    for (at, piece) in pieces.iter().enumerate() {
        if at % 2 == 0 {
            out.push(piece.clone());
            continue;
        }
        let number = piece.as_i64().and_then(|number| usize::try_from(number).ok()).unwrap_or(usize::MAX);
        if number >= matched.spans.len() {
            return raise!(cx, exc::INDEX_ERROR, "no such group");
        }
        out.extend(matched.part(cx, number)?);
    }
    Ok(())
}

/// `Match.expand`
pub(super) fn expand(cx: &Cx, template: &Value, matched: &PyMatch) -> R {
    let mut pieces = Vec::new();
    push(cx, template, matched, &mut pieces)?;
    let bytes = Subject::open(cx, &matched.string.get())?.is_bytes();
    Subject::join(cx, bytes, pieces)
}

/// What is put in for a match.
enum Replacement {
    /// Always the same.
    Literal(Value),
    Template(Value),
    Function(Value),
}

fn replacement(cx: &Cx, pattern: &Value, value: &Value) -> R<Replacement> {
    if value.ty().slots.call.get().is_some() {
        return Ok(Replacement::Function(value.clone()));
    }
    let readable = value.downcast::<PyStr>().is_some() || value.ty().slots.buffer.get().is_some();
    if readable {
        let text = Subject::open(cx, value)?;
        // SAFETY: no code runs meanwhile.
        if !unsafe { text.chars() }.iter().any(|point| point == u32::from(b'\\')) {
            return Ok(Replacement::Literal(value.clone()));
        }
    }
    let made = compile(cx, pattern, value)?;
    let Some(template) = made.downcast::<PyTemplate>() else { return Ok(Replacement::Literal(made)) };
    Ok(match template.pieces.get().downcast::<PyTuple>().map_or(&[][..], PyTuple::items) {
        [only] => Replacement::Literal(only.clone()),
        _ => Replacement::Template(made.clone()),
    })
}

/// `sub`, and with `counted` `subn`.
pub(super) fn sub(cx: &Cx, this: &Value, args: Args<'_>, counted: bool) -> R {
    let function = if counted { "subn" } else { "sub" };
    let [repl, string, count] = args.bind(
        cx,
        &Params { function, names: ["repl", "string", "count"], positional_only: 0, positional: 3, required: 2 },
    )?;
    let count = count.map_or(Ok(0), |count| cx.index_to_isize(count, Some(&exc::OVERFLOW_ERROR)))?;
    let (Some(repl), Some(string)) = (repl, string) else { return Ok(Value::none()) };
    let pattern = PyPattern::of(this);
    let repl = replacement(cx, this, repl)?;
    let subject = pattern.open(cx, string)?;
    let len = subject.len();
    // The pieces wait in a list, so that the heap's limit bounds them.
    let pieces = cx.list([])?;
    let mut walk = Walk::new(0, len);
    let (mut made, mut last) = (0, 0);
    let mut batch = Vec::new();
    while count == 0 || made < count {
        let Some(found) = walk.next(cx, &pattern.program, &subject, Mode::Search)? else { break };
        let (start, end) = found.whole();
        if last < start {
            pieces.push(cx, subject.slice(cx, last, start)?)?;
        }
        match &repl {
            Replacement::Literal(text) => pieces.push(cx, text.clone())?,
            Replacement::Template(template) => {
                let matched = PyMatch::make(cx, this, string, found, (0, len))?;
                push(cx, template, PyMatch::of(&matched), &mut batch)?;
                for piece in batch.drain(..) {
                    pieces.push(cx, piece)?;
                }
            }
            Replacement::Function(function) => {
                let matched = PyMatch::make(cx, this, string, found, (0, len))?;
                let text = cx.call(function, &[matched])?;
                if !text.is_none() {
                    pieces.push(cx, text)?;
                }
            }
        }
        made += 1;
        last = end;
    }
    if last < len {
        pieces.push(cx, subject.slice(cx, last, len)?)?;
    }
    let empty = subject.slice(cx, 0, 0)?;
    let text =
        if pieces.is_empty() { empty } else { cx.call_method(&empty, &cx.intern("join")?, &[pieces.into_value()])? };
    if counted { Ok(cx.tuple([text, cx.int(made as i64)?])?.into_value()) } else { Ok(text) }
}
