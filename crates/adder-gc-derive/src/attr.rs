//! Reading `#[trace(...)]` and `#[repr(...)]`.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, LitStr, Meta, Path, Token, WherePredicate};

/// Where an attribute was found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Type,
    Variant,
    Field,
}

impl Place {
    fn options(self) -> &'static str {
        match self {
            Place::Type => "`bound`, `crate`, `finalize` and `finalize_shared`",
            Place::Variant | Place::Field => "`skip`",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Place::Type => "a type",
            Place::Variant => "a variant",
            Place::Field => "a field",
        }
    }
}

/// The options given in all the `#[trace(...)]` attributes of one item.
#[derive(Default)]
pub(crate) struct Options {
    pub skip: bool,
    pub finalize: bool,
    pub finalize_shared: bool,
    pub bound: Option<Vec<WherePredicate>>,
    pub krate: Option<Path>,
}

/// Collects errors, so that all of them are shown at once.
#[derive(Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    pub fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            None => self.0 = Some(error),
        }
    }

    pub fn finish(self) -> syn::Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

impl Options {
    pub fn read(attrs: &[Attribute], place: Place, errors: &mut Errors) -> Self {
        let mut options = Options::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("trace")) {
            if let Err(error) = options.read_one(attr, place) {
                errors.push(error);
            }
        }
        options
    }

    fn read_one(&mut self, attr: &Attribute, place: Place) -> syn::Result<()> {
        let empty = match &attr.meta {
            Meta::List(list) => list.tokens.is_empty(),
            Meta::Path(_) | Meta::NameValue(_) => true,
        };
        if empty {
            let message =
                format!("expected `#[trace(...)]` with an option; on {} these are: {}", place.noun(), place.options());
            return Err(Error::new_spanned(attr, message));
        }
        attr.parse_nested_meta(|meta| self.option(&meta, place))
    }

    fn option(&mut self, meta: &ParseNestedMeta<'_>, place: Place) -> syn::Result<()> {
        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        let on_type = place == Place::Type;
        match (name.as_str(), on_type) {
            ("skip", false) => {
                flag(meta, &name)?;
                once(meta, &name, self.skip)?;
                self.skip = true;
            }
            ("finalize", true) => {
                flag(meta, &name)?;
                once(meta, &name, self.finalize)?;
                self.finalize = true;
            }
            ("finalize_shared", true) => {
                flag(meta, &name)?;
                once(meta, &name, self.finalize_shared)?;
                self.finalize_shared = true;
            }
            ("bound", true) => {
                let text = text(meta, &name)?;
                once(meta, &name, self.bound.is_some())?;
                let parser = Punctuated::<WherePredicate, Token![,]>::parse_terminated;
                let predicates = text.parse_with(parser)?;
                self.bound = Some(predicates.into_iter().collect());
            }
            ("crate", true) => {
                let text = text(meta, &name)?;
                once(meta, &name, self.krate.is_some())?;
                self.krate = Some(text.parse_with(Path::parse_mod_style)?);
            }
            ("skip", true) => {
                return Err(meta.error("`skip` goes on a field or a variant, not on the type"));
            }
            ("finalize" | "finalize_shared" | "bound" | "crate", false) => {
                let noun = place.noun();
                let message = format!("`{name}` goes on the type, not on {noun}");
                return Err(meta.error(message));
            }
            _ => {
                let message = format!("unknown `trace` option; on {} these are: {}", place.noun(), place.options());
                return Err(meta.error(message));
            }
        }
        Ok(())
    }
}

fn flag(meta: &ParseNestedMeta<'_>, name: &str) -> syn::Result<()> {
    if meta.input.is_empty() || meta.input.peek(Token![,]) {
        Ok(())
    } else {
        Err(meta.error(format!("`{name}` takes no value")))
    }
}

fn text(meta: &ParseNestedMeta<'_>, name: &str) -> syn::Result<LitStr> {
    let message = || meta.error(format!("write `{name} = \"...\"`"));
    let value = meta.value().map_err(|_| message())?;
    value.parse().map_err(|_| message())
}

fn once(meta: &ParseNestedMeta<'_>, name: &str, seen: bool) -> syn::Result<()> {
    if seen { Err(meta.error(format!("`{name}` is given twice"))) } else { Ok(()) }
}

/// Where `packed` stands in `#[repr(...)]`, if it does. Malformed ones are left to rustc.
pub(crate) fn packed(attrs: &[Attribute]) -> Option<Span> {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("repr")) {
        let Meta::List(list) = &attr.meta else {
            continue;
        };
        let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
        let Ok(hints) = parser.parse2(list.tokens.clone()) else {
            continue;
        };
        for hint in hints {
            if hint.path().is_ident("packed") {
                return hint.path().get_ident().map(syn::Ident::span);
            }
        }
    }
    None
}
