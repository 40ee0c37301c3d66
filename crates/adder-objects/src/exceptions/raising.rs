//! What `raise` and `except` do with exceptions.

use super::base::PyBaseException;
use crate::args::Args;
use crate::cx::Cx;
use crate::error::{R, Raised};
use crate::exceptions as exc;
use crate::tuple::PyTuple;
use crate::typeobject::{TypeObject, flag};
use crate::value::Value;

/// An instance of an exception class made by its slots.
pub(crate) fn instance(cx: &Cx, class: &TypeObject, args: &[Value]) -> R {
    let args = Args::positional(args);
    let Some(make) = class.slots.new.get() else { return Err(cx.no_memory()) };
    let made = make(cx, class, args)?;
    if let Some(init) = class.slots.init.get() {
        init(cx, &made, args)?;
    }
    Ok(made)
}

/// Is it an exception class?
#[inline]
pub fn is_exception_class(value: &Value) -> bool {
    value.downcast::<TypeObject>().is_some_and(|class| class.has(flag::EXCEPTION))
}

/// Sets `__cause__` ([`Value::UNSET`]: none), and so `__suppress_context__`.
///
/// # Panics
/// If it is no exception.
pub fn set_cause(exception: &Value, cause: Value) {
    let base = exception.downcast::<PyBaseException>().expect("an exception");
    base.suppress_context.set(true);
    base.cause.set(cause);
}

/// An exception is raised while another is handled: that becomes its `__context__`. Where the new one stands further back in
/// the chain of the other, that is cut there, so that no cycle comes about.
pub fn set_context(raised: &Value, handled: &Value) {
    let Some(base) = raised.downcast::<PyBaseException>() else { return };
    if raised.is(handled) || handled.downcast::<PyBaseException>().is_none() {
        return;
    }
    let context = |value: &Value| value.downcast::<PyBaseException>().and_then(|e| e.context.try_get());
    // The slower of the two walks finds out whether the chain was made a cycle by hand.
    let (mut at, mut slow, mut odd) = (handled.clone(), handled.clone(), false);
    while let Some(next) = context(&at) {
        if next.is(raised) {
            if let Some(link) = at.downcast::<PyBaseException>() {
                drop(link.context.take());
            }
            break;
        }
        at = next;
        if at.is(&slow) {
            break;
        }
        if odd && let Some(next) = context(&slow) {
            slow = next;
        }
        odd = !odd;
    }
    base.context.set(handled.clone());
}

/// Does `except class:` catch the exception?
///
/// # Errors
/// TypeError if it is neither an exception class nor a tuple of such.
pub fn matches(cx: &Cx, exception: &Value, class: &Value) -> R<bool> {
    if let Some(ty) = class.downcast::<TypeObject>().filter(|class| class.has(flag::EXCEPTION)) {
        return Ok(exception.is_instance(ty));
    }
    if let Some(classes) = class.downcast::<PyTuple>()
        && classes.items().iter().all(is_exception_class)
    {
        let mut types = classes.items().iter().filter_map(Value::downcast::<TypeObject>);
        return Ok(types.any(|ty| exception.is_instance(ty)));
    }
    raise!(cx, exc::TYPE_ERROR, "catching classes that do not inherit from BaseException is not allowed")
}

/// An instance of what is given: a class is called.
fn normalise(cx: &Cx, given: &Value, otherwise: &str) -> R {
    if is_exception_class(given) {
        let made = cx.call(given, &[])?;
        if made.downcast::<PyBaseException>().is_some() {
            return Ok(made);
        }
        let (class, ty) = (cx.repr(given)?, cx.repr(&made.ty().value())?);
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "calling {} should have returned an instance of BaseException, not {}",
            class.to_lossy(),
            ty.to_lossy()
        );
    }
    if given.downcast::<PyBaseException>().is_some() {
        return Ok(given.clone());
    }
    raise!(cx, exc::TYPE_ERROR, "{otherwise}")
}

/// What `raise exception` raises, or `raise exception from cause`.
#[cold]
pub fn raise(cx: &Cx, exception: &Value, cause: Option<&Value>) -> Raised {
    let made = (|| {
        let made = normalise(cx, exception, "exceptions must derive from BaseException")?;
        if let Some(cause) = cause {
            let cause = match cause.is_none() {
                true => Value::UNSET,
                false => normalise(cx, cause, "exception causes must derive from BaseException")?,
            };
            set_cause(&made, cause);
        }
        Ok(made)
    })();
    match made {
        Ok(made) => Raised::new(made),
        Err(raised) => raised,
    }
}
