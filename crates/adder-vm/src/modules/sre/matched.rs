//! `re.Match`

use adder_objects::dict::PyDict;
use adder_objects::str::StrBuilder;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{GetSet, Method, Slots, slot};
use adder_objects::{Args, Cx, Params, R, Value};

use super::pattern::PyPattern;
use super::subject::Subject;
use super::{replace, sre_type};

sre_type! {
    /// What a pattern has matched.
    PyMatch MATCH_TYPE MATCH_SPEC "re.Match"
    references { pattern string }
    fields {
        // Of the match, then of the groups.
        spans: Box<[Option<(usize, usize)>]>,
        last: Option<usize>,
        // `pos` and `endpos`
        bounds: (usize, usize),
    }
    spec {
        module: "re",
        doc: Some("The result of re.match() and re.search().\nMatch objects always have a boolean value of True."),
        slots: Slots { repr: slot(repr), getitem: slot(getitem), ..Slots::NONE },
        methods: METHODS,
        getset: GETSET,
    }
}

static METHODS: &[Method] = &[
    Method::positional("group", 0, u16::MAX, group),
    Method::positional("start", 0, 1, |cx, this, args| place(cx, span(cx, this, args)?.map(|span| span.0))),
    Method::positional("end", 0, 1, |cx, this, args| place(cx, span(cx, this, args)?.map(|span| span.1))),
    Method::positional("span", 0, 1, |cx, this, args| pair(cx, span(cx, this, args)?)),
    Method::any("groups", groups),
    Method::any("groupdict", group_dict),
    Method::any("expand", expand),
    Method::none("__copy__", |_, this| Ok(this.clone())),
    Method::one("__deepcopy__", |_, this, _| Ok(this.clone())),
    Method::one("__class_getitem__", adder_objects::generic_alias::of).class(),
];

static GETSET: &[GetSet] = &[
    GetSet::get("string", |_, this| Ok(PyMatch::of(this).string.get())),
    GetSet::get("re", |_, this| Ok(PyMatch::of(this).pattern.get())),
    GetSet::get("pos", |cx, this| cx.int(PyMatch::of(this).bounds.0 as i64)),
    GetSet::get("endpos", |cx, this| cx.int(PyMatch::of(this).bounds.1 as i64)),
    GetSet::get("lastindex", |cx, this| match PyMatch::of(this).last {
        Some(last) => cx.int(last as i64),
        None => Ok(Value::none()),
    }),
    GetSet::get("lastgroup", last_group),
    GetSet::get("regs", |cx, this| {
        let spans = PyMatch::of(this).spans.iter();
        Ok(cx.tuple(spans.map(|span| pair(cx, *span)).collect::<R<Vec<_>>>()?)?.into_value())
    }),
];

fn place(cx: &Cx, place: Option<usize>) -> R {
    cx.int(place.map_or(-1, |place| place as i64))
}

fn pair(cx: &Cx, span: Option<(usize, usize)>) -> R {
    let (start, end) = (place(cx, span.map(|span| span.0))?, place(cx, span.map(|span| span.1))?);
    Ok(cx.tuple([start, end])?.into_value())
}

impl PyMatch {
    /// What a group matched; `None` if it did not take part.
    pub(super) fn part(&self, cx: &Cx, number: usize) -> R<Option<Value>> {
        match self.spans.get(number) {
            Some(&Some((start, end))) => Ok(Some(Subject::open(cx, &self.string.get())?.slice(cx, start, end)?)),
            _ => Ok(None),
        }
    }

    fn number(&self, cx: &Cx, which: &Value) -> R<usize> {
        PyPattern::of(&self.pattern.get()).group(cx, which)
    }
}

fn span(cx: &Cx, this: &Value, args: &[Value]) -> R<Option<(usize, usize)>> {
    let this = PyMatch::of(this);
    let number = args.first().map_or(Ok(0), |which| this.number(cx, which))?;
    Ok(this.spans.get(number).copied().flatten())
}

fn getitem(cx: &Cx, this: &Value, which: &Value) -> R {
    let this = PyMatch::of(this);
    let number = this.number(cx, which)?;
    Ok(this.part(cx, number)?.unwrap_or_else(Value::none))
}

fn group(cx: &Cx, this: &Value, args: &[Value]) -> R {
    match args {
        [] => getitem(cx, this, &Value::small(0)),
        [which] => getitem(cx, this, which),
        all => {
            let parts = all.iter().map(|which| getitem(cx, this, which)).collect::<R<Vec<_>>>()?;
            Ok(cx.tuple(parts)?.into_value())
        }
    }
}

fn default(cx: &Cx, args: Args<'_>, function: &'static str) -> R {
    let [default] =
        args.bind(cx, &Params { function, names: ["default"], positional_only: 0, positional: 1, required: 0 })?;
    Ok(default.cloned().unwrap_or_else(Value::none))
}

fn groups(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let default = default(cx, args, "groups")?;
    let this = PyMatch::of(this);
    let part = |number| Ok(this.part(cx, number)?.unwrap_or_else(|| default.clone()));
    Ok(cx.tuple((1..this.spans.len()).map(part).collect::<R<Vec<_>>>()?)?.into_value())
}

fn group_dict(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let default = default(cx, args, "groupdict")?;
    let this = PyMatch::of(this);
    let made = cx.dict()?;
    let pattern = this.pattern.get();
    if let Some(names) = PyPattern::of(&pattern).groupindex.get().downcast::<PyDict>() {
        for (name, number) in names.entries() {
            let number = this.number(cx, &number)?;
            made.set(cx, &name, this.part(cx, number)?.unwrap_or_else(|| default.clone()))?;
        }
    }
    Ok(made.into_value())
}

fn expand(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [template] = args.bind(
        cx,
        &Params { function: "expand", names: ["template"], positional_only: 0, positional: 1, required: 1 },
    )?;
    let matched = PyMatch::of(this);
    let template = replace::compile(cx, &matched.pattern.get(), template.unwrap_or(const { &Value::UNSET }))?;
    replace::expand(cx, &template, matched)
}

fn last_group(_: &Cx, this: &Value) -> R {
    let this = PyMatch::of(this);
    let names = PyPattern::of(&this.pattern.get()).indexgroup.get();
    let name = match (this.last, names.downcast::<PyTuple>()) {
        (Some(last), Some(names)) => names.items().get(last).cloned(),
        _ => None,
    };
    Ok(name.unwrap_or_else(Value::none))
}

fn repr(cx: &Cx, this: &Value) -> R {
    let this = PyMatch::of(this);
    let (start, end) = this.spans.first().copied().flatten().unwrap_or((0, 0));
    let mut out = StrBuilder::new(cx);
    out.push_str(&format!("<re.Match object; span=({start}, {end}), match="))?;
    let text = cx.repr(&this.part(cx, 0)?.unwrap_or_else(Value::none))?;
    let points: Vec<u32> = text.chars().iter().take(50).collect();
    out.push_points(&points)?;
    out.push_str(">")?;
    out.finish_value()
}
