//! `BaseExceptionGroup` and `ExceptionGroup`.

use core::mem::offset_of;

use super::base::{self, PyBaseException, or_none, spec};
use super::fields::exception_layout;
use super::plain::EXCEPTION;
use super::raising::is_exception_class;
use crate::args::Args;
use crate::cx::Cx;
use crate::error::{Catch, R};
use crate::exceptions as exc;
use crate::list::PyList;
use crate::object::Obj;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::{Member, MemberKind, Method, Slots, Spec, TypeObject, slot};
use crate::value::Value;

exception_layout! {
    /// Layout of an exception group.
    PyExceptionGroup of BASE_EXCEPTION_GROUP {
        /// `message`
        message,
        /// `exceptions`, a tuple.
        exceptions,
    }
}

/// `BaseExceptionGroup`
pub static BASE_EXCEPTION_GROUP: TypeObject = TypeObject::builtin(&BASE_SPEC, &raw const BASE_EXCEPTION_GROUP);
static BASE_SPEC: Spec = Spec {
    doc: Some("A combination of multiple unrelated exceptions."),
    slots: Slots { new: slot(new), init: slot(base::init), str: slot(str), ..Slots::NONE },
    members: &[
        Member {
            name: "message",
            kind: MemberKind::Object,
            offset: offset_of!(PyExceptionGroup, message),
            read_only: true,
        },
        Member {
            name: "exceptions",
            kind: MemberKind::Object,
            offset: offset_of!(PyExceptionGroup, exceptions),
            read_only: true,
        },
    ],
    methods: &[
        Method::one("__class_getitem__", crate::generic_alias::of).class(),
        Method::one("derive", derive),
        Method::one("split", split),
        Method::one("subgroup", subgroup),
    ],
    ..spec::<PyExceptionGroup>("BaseExceptionGroup", &exc::BASE_EXCEPTION)
};

/// `ExceptionGroup`, an Exception too.
pub static EXCEPTION_GROUP: TypeObject = TypeObject::builtin(&GROUP_SPEC, &raw const EXCEPTION_GROUP);
static GROUP_SPEC: Spec =
    Spec { second_base: Some(&EXCEPTION), ..spec::<PyExceptionGroup>("ExceptionGroup", &BASE_EXCEPTION_GROUP) };

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [message, exceptions] = args.given() else {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
            args.given().len()
        );
    };
    if message.downcast::<PyStr>().is_none() {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
            crate::arguments::type_name(message)
        );
    }
    let slots = &exceptions.ty().slots;
    let sequence = slots.item.get().is_some() || (slots.getitem.get().is_some() && slots.len.get().is_some());
    if !sequence || exceptions.downcast::<crate::dict::PyDict>().is_some() {
        return raise!(cx, exc::TYPE_ERROR, "second argument (exceptions) must be a sequence");
    }
    let exceptions = cx.tuple_of(exceptions)?;
    if exceptions.items().is_empty() {
        return raise!(cx, exc::VALUE_ERROR, "second argument (exceptions) must be a non-empty sequence");
    }
    if let Some(at) = exceptions.items().iter().position(|item| item.downcast::<PyBaseException>().is_none()) {
        return raise!(cx, exc::VALUE_ERROR, "Item {at} of second argument (exceptions) is not an exception");
    }
    let all_ordinary = exceptions.items().iter().all(|item| item.is_instance(&EXCEPTION));
    let class = if core::ptr::eq(class, &BASE_EXCEPTION_GROUP) {
        if all_ordinary { &EXCEPTION_GROUP } else { class }
    } else if all_ordinary || !class.is_subtype(&EXCEPTION) {
        class
    } else if core::ptr::eq(class, &EXCEPTION_GROUP) {
        return raise!(cx, exc::TYPE_ERROR, "Cannot nest BaseExceptions in an ExceptionGroup");
    } else {
        return raise!(cx, exc::TYPE_ERROR, "Cannot nest BaseExceptions in '{}'", class.name());
    };
    let given = cx.tuple(args.given().iter().cloned())?.into_value();
    let made = PyExceptionGroup::make(cx, class, given)?;
    made.message.set(message.clone());
    made.exceptions.set(exceptions.into_value());
    Ok(made.into_value())
}

fn of(this: &Value) -> &PyExceptionGroup {
    PyExceptionGroup::of(this)
}

/// The exceptions of a group.
fn members(this: &Value) -> Option<Obj<PyTuple>> {
    of(this).exceptions.try_get()?.try_into_obj::<PyTuple>().ok()
}

fn str(cx: &Cx, this: &Value) -> R {
    let message = cx.to_str(&or_none(&of(this).message))?;
    let n = members(this).map_or(0, |members| members.items().len());
    let mut pieces = crate::pieces::Pieces::new(cx)?;
    pieces.push(cx, message.into_value())?;
    let plural = if n == 1 { "" } else { "s" };
    pieces.push(cx, cx.str_value(&format!(" ({n} sub-exception{plural})"))?)?;
    pieces.join(cx)
}

/// A group with the same message: what subclasses override to keep what they add.
fn derive(cx: &Cx, this: &Value, exceptions: &Value) -> R {
    cx.call(&BASE_EXCEPTION_GROUP.value(), &[or_none(&of(this).message), exceptions.clone()])
}

/// A part of a group, with its traceback, cause, context and notes; nothing for no exceptions.
fn part(cx: &Cx, this: &Value, exceptions: &PyList) -> R<Option<Value>> {
    if exceptions.is_empty() {
        return Ok(None);
    }
    let exceptions = cx.list(exceptions.to_vec())?.into_value();
    let made = cx.call_method(this, &cx.intern("derive")?, &[exceptions])?;
    let (Some(from), Some(to)) = (this.downcast::<PyBaseException>(), made.downcast::<PyExceptionGroup>()) else {
        return raise!(cx, exc::TYPE_ERROR, "derive must return an instance of BaseExceptionGroup");
    };
    to.base.traceback.set(from.traceback.get());
    to.base.context.set(from.context.get());
    exc::set_cause(&made, from.cause.get());
    to.base.suppress_context.set(from.suppress_context.get());
    if let Some(notes) = cx.getattr_opt(this, cx.names.notes())? {
        // Each part gets a list of its own.
        if let Some(copy) = cx.list_of(&notes).unless(&exc::TYPE_ERROR)? {
            cx.setattr(&made, cx.names.notes(), Some(&copy.into_value()))?;
        }
    }
    Ok(Some(made))
}

/// What a group is split by.
enum Condition<'a> {
    /// An exception class or a tuple of such.
    Classes(&'a Value),
    /// A function of an exception.
    Function(&'a Value),
}

fn condition<'a>(cx: &Cx, value: &'a Value) -> R<Condition<'a>> {
    let classes = value.downcast::<PyTuple>().is_some_and(|all| all.items().iter().all(is_exception_class));
    if is_exception_class(value) || classes {
        return Ok(Condition::Classes(value));
    }
    if value.downcast::<TypeObject>().is_none() && value.ty().slots.call.get().is_some() {
        return Ok(Condition::Function(value));
    }
    raise!(
        cx,
        exc::TYPE_ERROR,
        "expected an exception type, a tuple of exception types, or a callable (other than a class)"
    )
}

impl Condition<'_> {
    fn holds(&self, cx: &Cx, exception: &Value) -> R<bool> {
        match self {
            Condition::Classes(classes) => exc::matches(cx, exception, classes),
            Condition::Function(function) => cx.is_true(&cx.call(function, core::slice::from_ref(exception))?),
        }
    }
}

/// The part of an exception that the condition holds for, and (if asked for) the rest.
fn split_by(cx: &Cx, this: &Value, condition: &Condition<'_>, rest: bool) -> R<(Option<Value>, Option<Value>)> {
    cx.check_stack()?;
    if condition.holds(cx, this)? {
        return Ok((Some(this.clone()), None));
    }
    if this.downcast::<PyExceptionGroup>().is_none() {
        return Ok((None, rest.then(|| this.clone())));
    }
    let (matching, others) = (cx.list([])?, cx.list([])?);
    let members = members(this);
    for exception in members.as_deref().map_or(&[][..], PyTuple::items) {
        let (yes, no) = split_by(cx, exception, condition, rest)?;
        if let Some(yes) = yes {
            matching.push(cx, yes)?;
        }
        if let Some(no) = no {
            others.push(cx, no)?;
        }
    }
    let yes = part(cx, this, &matching)?;
    let no = if rest { part(cx, this, &others)? } else { None };
    Ok((yes, no))
}

fn split(cx: &Cx, this: &Value, by: &Value) -> R {
    let (yes, no) = split_by(cx, this, &condition(cx, by)?, true)?;
    Ok(cx.tuple([yes.unwrap_or_else(Value::none), no.unwrap_or_else(Value::none)])?.into_value())
}

fn subgroup(cx: &Cx, this: &Value, by: &Value) -> R {
    Ok(split_by(cx, this, &condition(cx, by)?, false)?.0.unwrap_or_else(Value::none))
}
