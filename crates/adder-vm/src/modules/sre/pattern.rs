//! `re.Pattern`

use adder_objects::dict::PyDict;
use adder_objects::object::{Slot, unborn};
use adder_objects::str::StrBuilder;
use adder_objects::typeobject::{CompareOp, GetSet, Method, Slots, slot};
use adder_objects::{Args, Cx, Params, R, Value, exceptions as exc, raise};

use super::engine::{Found, Mode, Program};
use super::matched::PyMatch;
use super::subject::Subject;
use super::{replace, scanner, sre_type};

sre_type! {
    /// A compiled pattern.
    PyPattern PATTERN_TYPE PATTERN_SPEC "re.Pattern"
    references { text groupindex indexgroup }
    fields {
        flags: i64,
        // Is it for bytes? None: for both.
        bytes: Option<bool>,
        program: Program,
    }
    spec {
        module: "re",
        weak: true,
        doc: Some("Compiled regular expression object."),
        slots: Slots { repr: slot(repr), hash: slot(hash), compare: slot(compare), ..Slots::NONE },
        methods: METHODS,
        getset: GETSET,
    }
}

static METHODS: &[Method] = &[
    Method::any("match", |cx, this, args| matching(cx, this, args, "match", Mode::Match)),
    Method::any("fullmatch", |cx, this, args| matching(cx, this, args, "fullmatch", Mode::Full)),
    Method::any("search", |cx, this, args| matching(cx, this, args, "search", Mode::Search)),
    Method::any("sub", |cx, this, args| replace::sub(cx, this, args, false)),
    Method::any("subn", |cx, this, args| replace::sub(cx, this, args, true)),
    Method::any("findall", find_all),
    Method::any("split", split),
    Method::any("finditer", scanner::find_iter),
    Method::any("scanner", scanner::scanner),
    Method::none("__copy__", |_, this| Ok(this.clone())),
    Method::one("__deepcopy__", |_, this, _| Ok(this.clone())),
    Method::one("__class_getitem__", adder_objects::generic_alias::of).class(),
];

static GETSET: &[GetSet] = &[
    GetSet::get("pattern", |_, this| Ok(PyPattern::of(this).text.get())),
    GetSet::get("flags", |cx, this| cx.int(PyPattern::of(this).flags)),
    GetSet::get("groups", |cx, this| cx.int(PyPattern::of(this).program.groups as i64)),
    GetSet::get("groupindex", |cx, this| Ok(cx.mapping_proxy(PyPattern::of(this).groupindex.get())?.into_value())),
];

impl PyPattern {
    /// A subject of the kind that the pattern is for.
    pub(super) fn open(&self, cx: &Cx, value: &Value) -> R<Subject> {
        let subject = Subject::open(cx, value)?;
        match (self.bytes, subject.is_bytes()) {
            (Some(true), false) => raise!(cx, exc::TYPE_ERROR, "cannot use a bytes pattern on a string-like object"),
            (Some(false), true) => raise!(cx, exc::TYPE_ERROR, "cannot use a string pattern on a bytes-like object"),
            _ => Ok(subject),
        }
    }

    /// The number of a group by number or name.
    pub(super) fn group(&self, cx: &Cx, which: &Value) -> R<usize> {
        let number = match cx.try_index(which)? {
            Some(number) => number.as_i64(),
            None => match self.groupindex.get().downcast::<PyDict>() {
                Some(names) => names.get(cx, which)?.and_then(|number| number.as_i64()),
                None => None,
            },
        };
        match number.and_then(|number| usize::try_from(number).ok()) {
            Some(number) if number <= self.program.groups => Ok(number),
            _ => raise!(cx, exc::INDEX_ERROR, "no such group"),
        }
    }
}

/// What a search has found last, so that the next one can go on behind it.
pub(super) struct Walk {
    /// Where the next search begins; `None` at the end.
    pub(super) at: Option<usize>,
    pub(super) end: usize,
    pub(super) advance: bool,
}

impl Walk {
    pub(super) fn new(start: usize, end: usize) -> Walk {
        Walk { at: Some(start), end, advance: false }
    }

    /// The next match.
    pub(super) fn next(&mut self, cx: &Cx, program: &Program, subject: &Subject, mode: Mode) -> R<Option<Found>> {
        let Some(at) = self.at else { return Ok(None) };
        let found = program.run(cx, subject, at, self.end, mode, self.advance)?;
        self.at = found.as_ref().map(|found| {
            let (start, end) = found.whole();
            self.advance = start == end;
            end
        });
        Ok(found)
    }
}

/// Binds `(string, pos=0, endpos=sys.maxsize)`: the string, opened, and the limits within it.
pub(super) fn bounds<'a>(
    cx: &Cx,
    pattern: &PyPattern,
    args: Args<'a>,
    function: &'static str,
) -> R<(&'a Value, Subject, usize, usize)> {
    let [string, pos, endpos] = args.bind(
        cx,
        &Params { function, names: ["string", "pos", "endpos"], positional_only: 0, positional: 3, required: 1 },
    )?;
    let string = string.unwrap_or(const { &Value::UNSET });
    let word = |value: Option<&Value>, default: isize| match value {
        Some(value) => cx.index_to_isize(value, Some(&exc::OVERFLOW_ERROR)),
        None => Ok(default),
    };
    let (pos, endpos) = (word(pos, 0)?, word(endpos, isize::MAX)?);
    let subject = pattern.open(cx, string)?;
    let len = subject.len();
    let clamp = |place: isize| usize::try_from(place).unwrap_or(0).min(len);
    Ok((string, subject, clamp(pos), clamp(endpos)))
}

fn matching(cx: &Cx, this: &Value, args: Args<'_>, function: &'static str, mode: Mode) -> R {
    let pattern = PyPattern::of(this);
    let (string, subject, start, end) = bounds(cx, pattern, args, function)?;
    match pattern.program.run(cx, &subject, start, end, mode, false)? {
        Some(found) => PyMatch::make(cx, this, string, found, (start, end)),
        None => Ok(Value::none()),
    }
}

fn find_all(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let pattern = PyPattern::of(this);
    let (_, subject, start, end) = bounds(cx, pattern, args, "findall")?;
    let list = cx.list([])?;
    let mut walk = Walk::new(start, end);
    while let Some(found) = walk.next(cx, &pattern.program, &subject, Mode::Search)? {
        let part = |span: &Option<(usize, usize)>| {
            let (start, end) = span.unwrap_or((0, 0));
            subject.slice(cx, start, end)
        };
        let item = match &*found.spans {
            [whole] => part(whole)?,
            [_, group] => part(group)?,
            [_, groups @ ..] => cx.tuple(groups.iter().map(part).collect::<R<Vec<_>>>()?)?.into_value(),
            [] => continue,
        };
        list.push(cx, item)?;
    }
    Ok(list.into_value())
}

fn split(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [string, limit] = args.bind(
        cx,
        &Params { function: "split", names: ["string", "maxsplit"], positional_only: 0, positional: 2, required: 1 },
    )?;
    let limit = limit.map_or(Ok(0), |limit| cx.index_to_isize(limit, Some(&exc::OVERFLOW_ERROR)))?;
    let pattern = PyPattern::of(this);
    let subject = pattern.open(cx, string.unwrap_or(const { &Value::UNSET }))?;
    let list = cx.list([])?;
    let mut walk = Walk::new(0, subject.len());
    let (mut splits, mut last) = (0, 0);
    while limit == 0 || splits < limit {
        let Some(found) = walk.next(cx, &pattern.program, &subject, Mode::Search)? else { break };
        let (start, end) = found.whole();
        list.push(cx, subject.slice(cx, last, start)?)?;
        for span in &found.spans[1..] {
            let item = span.map_or(Ok(Value::none()), |(start, end)| subject.slice(cx, start, end))?;
            list.push(cx, item)?;
        }
        splits += 1;
        last = end;
    }
    list.push(cx, subject.slice(cx, last, subject.len())?)?;
    Ok(list.into_value())
}

/// Names of flags, in the order in which `repr` shows them.
static FLAGS: &[(i64, &str)] = &[
    (2, "re.IGNORECASE"),
    (4, "re.LOCALE"),
    (8, "re.MULTILINE"),
    (16, "re.DOTALL"),
    (UNICODE, "re.UNICODE"),
    (64, "re.VERBOSE"),
    (128, "re.DEBUG"),
    (256, "re.ASCII"),
];
const UNICODE: i64 = 32;
const CHARSETS: i64 = 4 | UNICODE | 256;

fn repr(cx: &Cx, this: &Value) -> R {
    let pattern = PyPattern::of(this);
    let mut flags = pattern.flags;
    if pattern.bytes == Some(false) && flags & CHARSETS == UNICODE {
        flags &= !UNICODE;
    }
    let mut out = StrBuilder::new(cx);
    out.push_str("re.compile(")?;
    let text = cx.repr(&pattern.text.get())?;
    let points: Vec<u32> = text.chars().iter().take(200).collect();
    out.push_points(&points)?;
    let mut separator = ", ";
    for &(bit, name) in FLAGS {
        if flags & bit != 0 {
            out.push_str(separator)?;
            out.push_str(name)?;
            flags &= !bit;
            separator = "|";
        }
    }
    if flags != 0 {
        out.push_str(separator)?;
        out.push_str(&format!("0x{flags:x}"))?;
    }
    out.push_str(")")?;
    out.finish_value()
}

fn hash(cx: &Cx, this: &Value) -> R<i64> {
    use core::hash::{Hash, Hasher};
    let pattern = PyPattern::of(this);
    let mut hasher = std::hash::DefaultHasher::new();
    (&pattern.program.code, pattern.flags, pattern.bytes, pattern.program.groups).hash(&mut hasher);
    let hash = cx.hash(&pattern.text.get())? ^ hasher.finish() as i64;
    Ok(if hash == -1 { -2 } else { hash })
}

fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let (Some(x), Some(y)) = (a.downcast::<PyPattern>(), b.downcast::<PyPattern>()) else {
        return Ok(Value::not_implemented());
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    let equal = a.is(b)
        || x.flags == y.flags
            && x.bytes == y.bytes
            && x.program.code == y.program.code
            && cx.equals(&x.text.get(), &y.text.get())?;
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

impl PyMatch {
    /// A match of a pattern on a string.
    pub(super) fn make(cx: &Cx, pattern: &Value, string: &Value, found: Found, bounds: (usize, usize)) -> R {
        let made = PyMatch {
            head: unborn(),
            pattern: Slot::new(pattern.clone()),
            string: Slot::new(string.clone()),
            spans: found.spans,
            last: found.last,
            bounds,
        };
        Ok(cx.alloc(made)?.into_value())
    }
}
