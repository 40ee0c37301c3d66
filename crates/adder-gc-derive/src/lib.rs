//! `#[derive(Trace)]` for the `adder-gc` crate. Use it through `adder_gc::Trace`.

#![forbid(unsafe_code)]

mod attr;
mod bounds;
mod expand;
mod lints;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Implements `adder_gc::Trace` for a struct or an enum.
///
/// Every field that is not skipped is visited, in the order of declaration:
///
/// * `trace` names the edge after the field (`"left"`, or `"0"` in a tuple) and visits it;
/// * `clear_edges` and `take_edges` pass the request on to the field;
/// * `tracked` is true if it is true for the type of some field. A type that contains itself
///   (`struct Tree { kids: Vec<Tree> }`) is always tracked, and so is one that may be unsized. Types
///   that contain each other (`struct A { b: Vec<B> }`, `struct B { a: Vec<A> }`) are asked six
///   levels deep, and are tracked if that does not end;
/// * `finalizes` is false, unless `#[trace(finalize)]` or `#[trace(finalize_shared)]` is given.
///
/// Unions and packed structs are refused.
///
/// ```ignore
/// use adder_gc::{Gc, Trace};
/// use std::cell::RefCell;
///
/// #[derive(Trace)]
/// struct Node<T> {
///     value: T,
///     next: RefCell<Option<Gc<Node<T>>>>,
///     #[trace(skip)]
///     created: std::time::Instant,
/// }
///
/// #[derive(Trace)]
/// enum Shape {
///     Empty,
///     Group(Vec<Gc<Shape>>),
///     Named { name: String, inner: Gc<Shape> },
/// }
/// ```
///
/// # Attributes
///
/// On a field or a variant:
///
/// * `#[trace(skip)]`: do not look inside. The field's type need not be `Trace`. A `Gc` in a
///   skipped field is still safe to use, but the collector does not know it: a cycle through
///   it is never freed.
///
/// On the type:
///
/// * `#[trace(bound = "T: Trace, U: Clone")]`: these predicates replace the ones that the macro
///   would write (see below). The text may be empty.
/// * `#[trace(crate = "some::path")]`: where to find `adder_gc`, if not at `::adder_gc`.
/// * `#[trace(finalize)]`: the type implements `adder_gc::Finalize`, and its `finalize` is to be
///   called.
/// * `#[trace(finalize_shared)]`: the same with `adder_gc::sync::Finalize`, for objects of `sync`.
///
/// ```ignore
/// #[derive(Trace)]
/// #[trace(finalize, bound = "K: Trace, V: Trace")]
/// struct Table<K, V> {
///     rows: Vec<(K, V)>,
///     #[trace(skip)]
///     file: std::fs::File,
/// }
///
/// impl<K: Trace, V: Trace> Finalize for Table<K, V> {
///     fn finalize(this: Borrowed<'_, Self>) { /* ... */ }
/// }
/// ```
///
/// # Bounds
///
/// The generics and the where clause of the type are kept. Added to them are:
///
/// 1. `Self: 'static`, if the type has type or lifetime parameters. A type that borrows
///    therefore implements `Trace` only when all its lifetimes are `'static`.
/// 2. `Field: Trace` for the type of each field that is not skipped and that mentions a type
///    parameter. The bound is on the field's type and not on the parameter: `Gc<T>` asks nothing
///    of `T`.
/// 3. If the type of a field mentions the type being derived, by its name or as `Self`, a bound
///    on it would go in a circle. It is taken apart instead, and only its parts that mention a
///    parameter outside the derived type itself get a bound: `Option<Gc<Node<T>>>` and
///    `Vec<Node<T>>` add nothing, `HashMap<K, Vec<Node<K>>>` adds `K: Trace`.
///
/// Rule 3 goes by names: it does not see through a type alias, nor through a second type that
/// leads back to the first. If rustc then reports an overflow (E0275), or if a bound is
/// too strict, write it yourself with `#[trace(bound = "...")]`.
#[proc_macro_derive(Trace, attributes(trace))]
pub fn derive_trace(input: TokenStream) -> TokenStream {
    expand::derive(input.into()).into()
}
