//! What comes out, token for token.

use crate::expand::derive;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{ImplItem, ItemImpl};

fn expand(input: TokenStream) -> ItemImpl {
    syn::parse2(derive(input)).expect("an impl")
}

fn clause(input: TokenStream) -> Vec<String> {
    let clause = expand(input).generics.where_clause;
    let predicates = clause.into_iter().flat_map(|clause| clause.predicates);
    predicates.map(|p| p.to_token_stream().to_string().replace(' ', "")).collect()
}

fn body(input: TokenStream, name: &str) -> Option<String> {
    let items = expand(input).items;
    items.into_iter().find_map(|item| match item {
        ImplItem::Fn(f) if f.sig.ident == name => Some(f.block.to_token_stream().to_string().replace(' ', "")),
        _ => None,
    })
}

fn tracked(input: TokenStream) -> String {
    body(input, "tracked").expect("always written")
}

fn errors(input: TokenStream) -> Vec<String> {
    let text = derive(input).to_string();
    let messages = text.split("compile_error").skip(1);
    messages.map(|m| m.split('"').nth(1).expect("a message").to_owned()).collect()
}

#[test]
fn a_bound_for_each_field_type_with_a_parameter() {
    let found = clause(quote! {
        struct S<'a, T, U, const N: usize> where U: Copy {
            a: T, b: Vec<T>, c: T, d: u8, e: [u8; N], f: &'a str, g: Gc<U>,
            #[trace(skip)] h: Box<U>,
        }
    });
    let expected =
        ["U:Copy", "Self:'static", "T:::adder_gc::Trace", "Vec<T>:::adder_gc::Trace", "Gc<U>:::adder_gc::Trace"];
    assert_eq!(found, expected);
}

#[test]
fn no_clause_without_parameters() {
    assert!(
        clause(quote!(
            struct S {
                a: u8,
            }
        ))
        .is_empty()
    );
    assert!(
        clause(quote!(
            struct S<const N: usize>([u8; N]);
        ))
        .is_empty()
    );
}

#[test]
fn recursive_fields_are_taken_apart() {
    let of = |field: TokenStream| clause(quote!(struct N<T>(#field);))[1..].to_vec();
    assert!(of(quote!(Option<Gc<N<T>>>)).is_empty());
    assert!(of(quote!(Option<Gc<Self>>)).is_empty());
    assert!(of(quote!(Vec<self::N<T>>)).is_empty());
    assert!(of(quote!(fn(T) -> N<T>)).is_empty());
    assert_eq!(of(quote!(Vec<(T, N<T>)>)), ["T:::adder_gc::Trace"]);
    assert_eq!(of(quote!(HashMap<Gc<T>, [N<T>; 3]>)), ["Gc<T>:::adder_gc::Trace"]);
    // Another type of the same name.
    assert_eq!(of(quote!(other::N<T>)), ["other::N<T>:::adder_gc::Trace"]);
    // Neither a lifetime nor the end of a path is the parameter.
    assert!(of(quote!(&'T some::T)).is_empty());
}

#[test]
fn bound_replaces_the_generated_ones() {
    let found = clause(quote! {
        #[trace(bound = "T: Clone, Vec<T>: Trace,")]
        struct S<T>(T);
    });
    assert_eq!(found, ["Self:'static", "T:Clone", "Vec<T>:Trace"]);
    let found = clause(quote!(
        #[trace(bound = "")]
        struct S<T>(T);
    ));
    assert_eq!(found, ["Self:'static"]);
}

#[test]
fn tracked_asks_each_type_once() {
    assert_eq!(
        tracked(quote!(
            struct S;
        )),
        "{false}"
    );
    assert_eq!(
        tracked(quote!(
            enum E {
                A(u8),
                B {
                    x: u8,
                    y: Gc<u8>,
                },
                #[trace(skip)]
                C(u64),
            }
        )),
        "{<Selfas::adder_gc::Trace>::tracked_within(6)}"
    );
    let input = quote!(
        struct S(u8, Gc<u8>, u8);
    );
    let asked = body(input, "tracked_within").expect("written for types with fields");
    assert!(
        asked.contains(
            "__depth==0||<u8as::adder_gc::Trace>::tracked_within(__depth-1)||<Gc<u8>as::adder_gc::Trace>::tracked_within(__depth-1)}"
        ),
        "{asked}"
    );
    assert_eq!(
        tracked(quote!(
            struct S(u8, Vec<S>);
        )),
        "{true}"
    );
    assert_eq!(
        tracked(quote!(
            struct S(Option<Box<Self>>);
        )),
        "{true}"
    );
    assert_eq!(
        tracked(quote!(
            struct S(Vec<crate::S>);
        )),
        "{true}"
    );
    assert_eq!(
        tracked(quote!(
            struct S<T: ?Sized>(u8, T);
        )),
        "{true}"
    );
    assert_eq!(
        tracked(quote!(
            struct S<T>(Box<T>)
            where
                T: ?Sized;
        )),
        "{true}"
    );
    assert_eq!(
        tracked(quote!(
            struct S([u8]);
        )),
        "{true}"
    );
    assert_eq!(
        tracked(quote!(
            struct S(#[trace(skip)] Vec<S>);
        )),
        "{false}"
    );
}

#[test]
fn fields_are_named() {
    let trace = body(
        quote!(
            struct S {
                r#type: u8,
            }
        ),
        "trace",
    )
    .expect("written");
    assert!(trace.contains("name(__tracer,\"type\")"), "{trace}");
    assert!(trace.contains("trace(&self.r#type,__tracer)"), "{trace}");
    let trace = body(
        quote!(
            struct S(#[trace(skip)] u8, u8);
        ),
        "trace",
    )
    .expect("written");
    assert!(trace.contains("name(__tracer,\"1\")"), "{trace}");
    assert!(!trace.contains("self.0"), "{trace}");
}

#[test]
fn finalize_only_when_asked() {
    assert_eq!(
        body(
            quote!(
                struct S;
            ),
            "finalize"
        ),
        None
    );
    let asked = quote!(
        #[trace(finalize, crate = "a::b")]
        struct S;
    );
    assert_eq!(body(asked.clone(), "finalize").as_deref(), Some("{<Selfasa::b::Finalize>::finalize(__this)}"));
    assert_eq!(body(asked, "finalizes").as_deref(), Some("{true}"));
}

fn one_error(input: TokenStream, part: &str) {
    let found = errors(input);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains(part), "{found:?}");
}

#[test]
fn unsuitable_types_are_refused() {
    one_error(quote!(union U { a: u8 }), "union");
    one_error(
        quote!(
            #[repr(packed)]
            struct S(u8);
        ),
        "packed",
    );
    one_error(
        quote!(
            #[repr(C, packed(2))]
            struct S(u8);
        ),
        "packed",
    );
    assert!(
        errors(quote!(
            #[repr(C, align(8))]
            struct S(u8);
        ))
        .is_empty()
    );
}

#[test]
fn misplaced_options_are_refused() {
    one_error(
        quote!(
            #[trace(skip)]
            struct S;
        ),
        "not on the type",
    );
    one_error(
        quote!(
            struct S(#[trace(finalize)] u8);
        ),
        "not on a field",
    );
    let input = quote!(
        enum E {
            #[trace(bound = "")]
            A,
        }
    );
    one_error(input, "not on a variant");
    let input = quote!(
        enum E {
            #[trace(skip)]
            A(#[trace(crate = "x")] u8),
        }
    );
    one_error(input, "not on a field");
}

#[test]
fn repeated_options_are_refused() {
    one_error(
        quote!(
            struct S(#[trace(skip, skip)] u8);
        ),
        "twice",
    );
    let input = quote!(
        #[trace(finalize)]
        #[trace(finalize)]
        struct S;
    );
    one_error(input, "twice");
    let input = quote!(
        #[trace(bound = "", bound = "")]
        struct S;
    );
    one_error(input, "twice");
}

#[test]
fn malformed_options_are_refused() {
    one_error(
        quote!(
            struct S(#[trace(skip = true)] u8);
        ),
        "no value",
    );
    one_error(
        quote!(
            struct S(#[trace(skip(x))] u8);
        ),
        "no value",
    );
    one_error(
        quote!(
            struct S(#[trace(ignore)] u8);
        ),
        "unknown",
    );
    one_error(
        quote!(
            struct S(#[trace(a::b)] u8);
        ),
        "unknown",
    );
    one_error(
        quote!(
            #[trace]
            struct S;
        ),
        "expected",
    );
    one_error(
        quote!(
            #[trace()]
            struct S;
        ),
        "expected",
    );
    one_error(
        quote!(
            #[trace(bound)]
            struct S;
        ),
        "bound = ",
    );
    one_error(
        quote!(
            #[trace(crate = 3)]
            struct S;
        ),
        "crate = ",
    );
    let both = errors(quote!(
        #[trace(x)]
        struct S(#[trace(y)] u8);
    ));
    assert_eq!(both.len(), 2);
}

#[test]
fn lints_are_allowed_only_where_needed() {
    let attrs = |input| expand(input).attrs.len();
    assert_eq!(
        attrs(quote!(
            struct S<T>(T);
        )),
        1
    );
    assert_eq!(
        attrs(quote!(
            struct S<T: Trace>(T);
        )),
        2
    );
    assert_eq!(
        attrs(quote!(
            enum E {
                #[deprecated]
                A,
            }
        )),
        2
    );
    assert_eq!(
        attrs(quote!(
            #[allow(deprecated)]
            struct S(Old);
        )),
        3
    );
    assert_eq!(
        attrs(quote!(
            #[allow(clippy::all)]
            struct S;
        )),
        2
    );
}
