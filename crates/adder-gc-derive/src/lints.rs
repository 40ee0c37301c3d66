//! Keeping the generated impl free of warnings.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Data, DeriveInput, Fields};

/// The `allow` attributes for the impl. An `allow` that a `forbid` overrules is an error, so one
/// is written only where it is needed.
pub(crate) fn allowed(input: &DeriveInput) -> TokenStream {
    let mut found = TokenStream::new();
    // As the standard derives do: what the type allows, its impls allow too.
    for attr in &input.attrs {
        if attr.path().is_ident("allow") {
            attr.to_tokens(&mut found);
        }
    }
    if attributes(input).into_iter().any(about_deprecation) {
        found.extend(quote!(#[allow(deprecated)]));
    }
    // A parameter with a `Trace` bound of its own gets a second one if it is the type of a field.
    if mentions(input.generics.params.to_token_stream(), "Trace")
        || mentions(input.generics.where_clause.to_token_stream(), "Trace")
    {
        found.extend(quote!(#[allow(clippy::trait_duplication_in_bounds)]));
    }
    found
}

/// The attributes of the type, its variants and its fields.
fn attributes(input: &DeriveInput) -> Vec<&Attribute> {
    let mut found: Vec<&Attribute> = input.attrs.iter().collect();
    match &input.data {
        Data::Struct(data) => found.extend(of_fields(&data.fields)),
        Data::Enum(data) => {
            for variant in &data.variants {
                found.extend(&variant.attrs);
                found.extend(of_fields(&variant.fields));
            }
        }
        Data::Union(_) => {}
    }
    found
}

fn of_fields(fields: &Fields) -> impl Iterator<Item = &Attribute> {
    fields.iter().flat_map(|field| &field.attrs)
}

/// Is this `#[deprecated]`, or a lint attribute that speaks of it?
fn about_deprecation(attr: &Attribute) -> bool {
    let path = attr.path();
    path.is_ident("deprecated")
        || ((path.is_ident("allow") || path.is_ident("expect")) && mentions(attr.meta.to_token_stream(), "deprecated"))
}

fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}
