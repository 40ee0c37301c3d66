//! Raised exceptions, as Rust errors.

use core::fmt;
use core::sync::atomic::Ordering;

use crate::cx::Cx;
use crate::exceptions as exc;
use crate::typeobject::TypeObject;
use crate::value::Value;

/// An exception on its way: an owned reference to an instance of a subclass of BaseException.
pub struct Raised(Value);

/// What may raise.
pub type R<T = Value> = Result<T, Raised>;

/// `Err` of an exception of a built-in type with a message: `raise!(cx, exc::TYPE_ERROR, "no {}", x)`.
#[macro_export]
macro_rules! raise {
    ($cx:expr, $ty:path, $($message:tt)+) => {
        Err($cx.error(&$ty, format_args!($($message)+)))
    };
}

impl Raised {
    /// Raises an instance of an exception class. Callers have checked that it is one.
    pub fn new(exception: Value) -> Raised {
        debug_assert!(exception.is_instance(&exc::BASE_EXCEPTION));
        Raised(exception)
    }

    /// No exception: asks the evaluation loop to let another one go on with the frame. Nobody else may see it.
    #[doc(hidden)]
    pub fn go_over() -> Raised {
        Raised(Value::UNSET)
    }

    /// Is it [`go_over`](Raised::go_over)?
    #[doc(hidden)]
    pub fn is_go_over(&self) -> bool {
        self.0.is_unset()
    }

    /// The exception.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// The exception.
    pub fn into_value(self) -> Value {
        self.0
    }

    /// Is it an instance of this class?
    pub fn is(&self, ty: &TypeObject) -> bool {
        self.0.is_instance(ty)
    }
}

impl fmt::Debug for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "raised {:?}", self.0)
    }
}

/// Results that an exception of one kind turns into another result.
pub trait Catch<T> {
    /// `None` where an exception of this class (or a subclass) was raised; others go on.
    fn unless(self, ty: &TypeObject) -> R<Option<T>>;
}

impl<T> Catch<T> for R<T> {
    fn unless(self, ty: &TypeObject) -> R<Option<T>> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(raised) if raised.is(ty) => Ok(None),
            Err(raised) => Err(raised),
        }
    }
}

impl Cx {
    /// An exception of a built-in type with a message.
    #[cold]
    pub fn error(&self, ty: &'static TypeObject, message: fmt::Arguments<'_>) -> Raised {
        let text = match self.str_from_fmt(message) {
            Ok(text) => text,
            Err(no_memory) => return no_memory,
        };
        self.error_of(ty, &[text.into_value()])
    }

    /// An exception of a built-in type with these arguments.
    #[cold]
    pub fn error_of(&self, ty: &'static TypeObject, args: &[Value]) -> Raised {
        match exc::instance(self, ty, args) {
            Ok(exception) => Raised::new(exception),
            Err(raised) => raised,
        }
    }

    /// TypeError.
    #[cold]
    pub fn type_error(&self, message: fmt::Arguments<'_>) -> Raised {
        self.error(&exc::TYPE_ERROR, message)
    }

    /// ValueError.
    #[cold]
    pub fn value_error(&self, message: fmt::Arguments<'_>) -> Raised {
        self.error(&exc::VALUE_ERROR, message)
    }

    /// KeyError of this key.
    #[cold]
    pub fn key_error(&self, key: &Value) -> Raised {
        self.error_of(&exc::KEY_ERROR, core::slice::from_ref(key))
    }

    /// StopIteration with a value (None is left out).
    #[cold]
    pub fn stop_iteration(&self, value: Value) -> Raised {
        if value.is_static(&crate::singletons::NONE) {
            self.error_of(&exc::STOP_ITERATION, &[])
        } else {
            self.error_of(&exc::STOP_ITERATION, &[value])
        }
    }

    /// AttributeError for an attribute that is not there, with `name` and `obj` set.
    #[cold]
    pub fn no_attribute(&self, object: &Value, name: &Value) -> Raised {
        exc::no_attribute(self, object, name)
    }

    /// MemoryError: a new one if there is room for that, else one that was made beforehand.
    #[cold]
    pub fn no_memory(&self) -> Raised {
        self.heap.open_reserve();
        // Making one asks for memory, which may lead here again.
        if !self.making_memory_error.replace(true) {
            let made = exc::instance(self, &exc::MEMORY_ERROR, &[]);
            self.making_memory_error.set(false);
            return made.map_or_else(|raised| raised, Raised);
        }
        match self.memory_error() {
            Some(reserve) => {
                // Nobody else has it: what it gathered when it was raised before is gone, but not in here, where no code of a
                // user may run.
                if reserve.references() == 2
                    && let Some(base) = reserve.downcast::<exc::PyBaseException>()
                {
                    base.wash(&mut self.spent.borrow_mut());
                    self.breaker.fetch_or(crate::cx::breaker::COLLECT, Ordering::Relaxed);
                }
                Raised(reserve)
            }
            // An interpreter that never came to be.
            None => Raised(Value::none()),
        }
    }
}
