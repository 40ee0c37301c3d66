//! The table of contracts: every function of the C API, and what happens to the references that pass through it.
//!
//! The types of a function's parameters and of its result *are* its contract (see [`border`](crate::border)); the macro `api!` makes the
//! exported function and its row from them. So the table cannot say anything else than what the code does.

/// What happens to a reference, or to another value, at the border.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Passing {
    /// No reference.
    Plain,
    /// An argument that the caller goes on owning.
    Borrowed,
    /// The same; may be NULL.
    BorrowedOrNull,
    /// An argument whose reference passes to the function, also if it fails.
    Stolen,
    /// The same; may be NULL.
    StolenOrNull,
    /// An argument whose reference passes to the function if it succeeds.
    StolenOnSuccess,
    /// An argument of which the caller has one reference more afterwards.
    Counted,
    /// A place for an object: the caller owns what is in it afterwards, unless that is NULL.
    GivesNew,
    /// A place for an object that somebody else owns.
    GivesLent,
    /// A place with a reference of the caller's, or NULL: the function releases it and puts another there, or NULL.
    Replaces,
    /// A result that the caller owns; NULL with an exception.
    New,
    /// The same; NULL also without an exception, when there is nothing to give.
    NewOrNull,
    /// A result that somebody else owns; NULL with an exception, or where there is nothing.
    Lent,
    /// 0 (or 1 for yes), or -1 with an exception.
    Status,
    /// 1, or 0 with an exception.
    Success,
    /// NULL, with an exception.
    Null,
}

impl Passing {
    /// Is it an argument that is an object?
    pub const fn is_of_object(self) -> bool {
        use Passing::{Borrowed, BorrowedOrNull, Counted, Stolen, StolenOnSuccess, StolenOrNull};
        matches!(self, Borrowed | BorrowedOrNull | Stolen | StolenOrNull | StolenOnSuccess | Counted)
    }
}

/// What comes behind the parameters that have names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum More {
    /// Nothing.
    Nothing,
    /// Variable arguments (`...`).
    Arguments(Each),
    /// The same in a `va_list`.
    List(Each),
}

/// What happens to variable arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Each {
    /// Objects, borrowed.
    Borrowed,
    /// What the format says; objects are borrowed.
    Formatted,
    /// What the format says: objects are borrowed, but a unit `N` takes its reference over, also if the function fails.
    Built,
    /// Places for what the format says. Objects in them are borrowed from the arguments, memory and buffers are the caller's; if the
    /// function fails, it has taken back all that would have to be given back.
    Places,
}

/// May the function run code of a program (`__eq__`, `__del__`, a callback)?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Runs {
    /// No.
    Nothing,
    /// Yes.
    Code,
}

/// A row of the table.
#[derive(Debug)]
pub struct Contract {
    /// The function's name.
    pub name: &'static str,
    /// Where it is.
    pub address: *const (),
    /// Its parameters, in order: name and what happens to the reference.
    pub parameters: &'static [(&'static str, Passing)],
    /// What comes behind them.
    pub more: More,
    /// Its result.
    pub result: Passing,
    /// May it run code of a program?
    pub runs: Runs,
    /// Does it go through the [`border`](crate::border)? Then NULL where none may be is an error, and so is a panic. What does not
    /// trusts its arguments.
    pub guarded: bool,
}

// SAFETY: only read.
unsafe impl Sync for Contract {}

/// Functions of the C API: `quiet fn` where no code of a program can run, `runs fn` where it may. Makes the exported functions and
/// their rows, in a static `TABLE`. `= short` behind the result names a function that is asked first: it gets what C passed, and has an
/// answer where there is nothing to count, to make or to raise.
macro_rules! api {
    (@runs quiet) => { $crate::contract::Runs::Nothing };
    (@runs runs) => { $crate::contract::Runs::Code };
    ($($(#[$meta:meta])* $runs:ident fn $name:ident($cx:ident $(, $arg:ident: $ty:ty)* $(,)?) -> $out:ty $(= $short:ident)? $body:block)*) => {
        $(
            $(#[$meta])*
            ///
            /// # Safety
            /// The contract of the C API: pointers to objects are to live ones, and their references pass as its row says.
            // SAFETY: the name is C's, and nothing else has it.
            #[unsafe(no_mangle)]
            #[allow(non_snake_case, reason = "C's names")]
            pub unsafe extern "C" fn $name(
                $($arg: <$ty as $crate::border::Parameter>::C),*
            ) -> <$out as $crate::border::Outcome>::C {
                let _all = ($($arg,)*);
                $(
                    if !$crate::ledger::is_attached()
                        // SAFETY: by the contract.
                        && let Some(given) = unsafe { $short(_all) }
                    {
                        return given;
                    }
                )?
                let arguments = || [$($crate::ledger::word(&$arg)),*];
                $crate::border::cross_by_contract::<$out, _>(stringify!($name), arguments, |$cx| {
                    // All are taken before one of them fails: what is stolen is given up also then.
                    // SAFETY: by the contract.
                    $(let $arg = unsafe { <$ty as $crate::border::Parameter>::receive($arg, stringify!($name)) };)*
                    $(let $arg = $arg?;)*
                    $body
                })
            }
        )*

        /// The rows of this file.
        pub(crate) static TABLE: &[$crate::contract::Contract] = &[$(
            $crate::contract::Contract {
                name: stringify!($name),
                address: $name as *const (),
                parameters: &[$((stringify!($arg), <$ty as $crate::border::Parameter>::PASSING)),*],
                more: $crate::contract::More::Nothing,
                result: <$out as $crate::border::Outcome>::PASSING,
                runs: $crate::contract::api!(@runs $runs),
                guarded: true,
            }
        ),*];
    };
}
pub(crate) use api;

/// Rows of functions that work on counts or on plain memory alone, also where no interpreter is: they do not go through
/// [`border`](crate::border), and what they do with references is written here.
macro_rules! rows {
    ($(#[$meta:meta])* $table:ident: $($runs:ident $name:ident($($arg:ident: $passing:ident),*) -> $result:ident;)*) => {
        $(#[$meta])*
        pub(crate) static $table: &[$crate::contract::Contract] = &[$(
            $crate::contract::Contract {
                name: stringify!($name),
                address: $name as *const (),
                parameters: &[$((stringify!($arg), $crate::contract::Passing::$passing)),*],
                more: $crate::contract::More::Nothing,
                result: $crate::contract::Passing::$result,
                runs: $crate::contract::api!(@runs $runs),
                guarded: false,
            }
        ),*];
    };
}
pub(crate) use rows;

/// Rows of functions that are written in C, because they take variable arguments: `... as Each` or `va_list as Each` stands behind the
/// parameters that have names.
macro_rules! written_in_c {
    (@more ... $each:ident) => { $crate::contract::More::Arguments($crate::contract::Each::$each) };
    (@more va_list $each:ident) => { $crate::contract::More::List($crate::contract::Each::$each) };
    ($($runs:ident fn $name:ident($($arg:ident: $ty:ty),* ; $more:tt as $each:ident) -> $out:ty;)*) => {
        unsafe extern "C" {
            $(fn $name();)*
        }

        /// The rows of this file.
        pub(crate) static TABLE: &[$crate::contract::Contract] = &[$(
            $crate::contract::Contract {
                name: stringify!($name),
                address: $name as *const (),
                parameters: &[$((stringify!($arg), <$ty as $crate::border::Parameter>::PASSING)),*],
                more: $crate::contract::written_in_c!(@more $more $each),
                result: <$out as $crate::border::Outcome>::PASSING,
                runs: $crate::contract::api!(@runs $runs),
                guarded: true,
            }
        ),*];
    };
}
pub(crate) use written_in_c;

/// What such functions hand to Rust: `fn _Adder_X as PyX(cx, …; walk)` does the work of `PyX`, with a walk over the variable arguments.
macro_rules! called_from_c {
    ($($(#[$meta:meta])* fn $entry:ident as $name:ident($cx:ident $(, $arg:ident: $ty:ty)* ; $walk:ident) -> $out:ty $body:block)*) => {$(
        $(#[$meta])*
        ///
        /// # Safety
        /// The contract of the function, and a walk over its variable arguments.
        // SAFETY: the name is C's, and nothing else has it.
        #[unsafe(no_mangle)]
        #[allow(non_snake_case, reason = "C's names")]
        pub(crate) unsafe extern "C" fn $entry(
            $($arg: <$ty as $crate::border::Parameter>::C,)*
            walk: *mut $crate::varargs::RawWalk,
        ) -> <$out as $crate::border::Outcome>::C {
            let arguments = || [$($crate::ledger::word(&$arg)),*];
            $crate::border::cross_by_contract::<$out, _>(stringify!($name), arguments, |$cx| {
                // SAFETY: by the contract.
                $(let $arg = unsafe { <$ty as $crate::border::Parameter>::receive($arg, stringify!($name)) }?;)*
                // SAFETY: by the contract.
                #[allow(unused_mut, reason = "who hands it on does not walk")]
                let mut $walk = unsafe { $crate::varargs::Walk::new(walk) };
                $body
            })
        }
    )*};
}
pub(crate) use called_from_c;

/// Functions of the C API that need no interpreter, or must be called without its lock: they deal in no
/// references. Makes the exported functions and their rows, in a static `ALL`.
macro_rules! without_interpreter {
    ($($(#[$meta:meta])* fn $name:ident($($arg:ident: $ty:ty),* $(,)?) $(-> $out:ty)? $body:block)*) => {
        $(
            $(#[$meta])*
            ///
            /// # Safety
            /// The contract of the C API: pointers are to what it says.
            // SAFETY: the name is C's, and nothing else has it.
            #[unsafe(no_mangle)]
            #[allow(non_snake_case, reason = "C's names")]
            pub unsafe extern "C" fn $name($($arg: $ty),*) $(-> $out)? $body
        )*

        /// The rows of these functions.
        pub(crate) static ALL: &[$crate::contract::Contract] = &[$(
            $crate::contract::Contract {
                name: stringify!($name),
                address: $name as *const (),
                parameters: &[$((stringify!($arg), $crate::contract::Passing::Plain)),*],
                more: $crate::contract::More::Nothing,
                result: $crate::contract::Passing::Plain,
                runs: $crate::contract::Runs::Nothing,
                guarded: false,
            }
        ),*];
    };
}
pub(crate) use without_interpreter;
