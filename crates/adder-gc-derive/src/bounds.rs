//! Which predicates the generated impl asks for.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::HashSet;
use syn::{
    GenericArgument, GenericParam, Generics, Ident, Path, PathArguments, ReturnType, Type, TypeParam, TypeParamBound,
    WherePredicate,
};

/// What the macro knows of the type being derived.
pub(crate) struct Target<'a> {
    name: &'a Ident,
    params: HashSet<String>,
    unsized_params: HashSet<String>,
}

impl<'a> Target<'a> {
    pub fn new(name: &'a Ident, generics: &Generics) -> Self {
        let params = generics.type_params().map(|p| p.ident.to_string());
        Target { name, params: params.collect(), unsized_params: unsized_params(generics) }
    }

    pub fn has_unsized_params(&self) -> bool {
        !self.unsized_params.is_empty()
    }

    /// May the type of a struct's last field be unsized?
    pub fn maybe_unsized(&self, ty: &Type) -> bool {
        match ty {
            Type::Group(inner) => self.maybe_unsized(&inner.elem),
            Type::Paren(inner) => self.maybe_unsized(&inner.elem),
            Type::Slice(_) | Type::TraitObject(_) => true,
            Type::Path(path) if path.path.is_ident("str") => true,
            _ => any_name(ty.to_token_stream(), false, &|name| self.unsized_params.contains(name)),
        }
    }

    /// Does the name of the derived type occur anywhere in `ty`, whatever the path before it?
    /// Used where a wrong yes does no harm.
    pub fn may_contain_itself(&self, ty: &Type) -> bool {
        let own = self.name.to_string();
        any_name(ty.to_token_stream(), true, &|name| name == own || name == "Self")
    }

    fn mentions_param(&self, ty: &Type) -> bool {
        any_name(ty.to_token_stream(), false, &|name| self.params.contains(name))
    }

    fn is_itself(&self, path: &Path) -> bool {
        let mut segments = path.segments.iter().map(|segment| &segment.ident);
        match (segments.next(), segments.next(), segments.next()) {
            (Some(only), None, None) => path.leading_colon.is_none() && (only == self.name || only == "Self"),
            (Some(first), Some(last), None) => first == "self" && last == self.name,
            _ => false,
        }
    }

    /// Is the derived type written somewhere in `ty`?
    fn contains_itself(&self, ty: &Type) -> bool {
        if let Type::Path(path) = ty
            && self.is_itself(&path.path)
        {
            return true;
        }
        match parts(ty) {
            Some(parts) => parts.iter().any(|part| self.contains_itself(part)),
            None => self.may_contain_itself(ty),
        }
    }

    /// Adds to `bounded` the types that need a `Trace` bound for a field of type `ty`.
    pub fn bounds(&self, ty: &Type, bounded: &mut Vec<Type>) {
        if !self.mentions_param(ty) {
            return;
        }
        if !self.contains_itself(ty) {
            bounded.push(ty.clone());
            return;
        }
        if let Type::Path(path) = ty
            && self.is_itself(&path.path)
        {
            return;
        }
        for part in parts(ty).unwrap_or_default() {
            self.bounds(part, bounded);
        }
    }
}

/// The types that `ty` is put together from, or `None` for the kinds that are not taken apart.
fn parts(ty: &Type) -> Option<Vec<&Type>> {
    Some(match ty {
        Type::Array(array) => vec![&array.elem],
        Type::Group(group) => vec![&group.elem],
        Type::Paren(paren) => vec![&paren.elem],
        Type::Ptr(ptr) => vec![&ptr.elem],
        Type::Reference(reference) => vec![&reference.elem],
        Type::Slice(slice) => vec![&slice.elem],
        Type::Tuple(tuple) => tuple.elems.iter().collect(),
        Type::Never(_) => Vec::new(),
        Type::Path(path) if path.qself.is_none() => {
            let mut parts = Vec::new();
            for segment in &path.path.segments {
                path_parts(&segment.arguments, &mut parts);
            }
            parts
        }
        _ => return None,
    })
}

fn path_parts<'t>(arguments: &'t PathArguments, parts: &mut Vec<&'t Type>) {
    match arguments {
        PathArguments::None => {}
        PathArguments::AngleBracketed(list) => {
            for argument in &list.args {
                match argument {
                    GenericArgument::Type(ty) => parts.push(ty),
                    GenericArgument::AssocType(assoc) => parts.push(&assoc.ty),
                    _ => {}
                }
            }
        }
        PathArguments::Parenthesized(list) => {
            parts.extend(&list.inputs);
            if let ReturnType::Type(_, ty) = &list.output {
                parts.push(ty);
            }
        }
    }
}

/// Does some name in `tokens` satisfy `test`? Lifetimes do not count; a name after `::` counts
/// only if `in_paths`.
fn any_name(tokens: TokenStream, in_paths: bool, test: &dyn Fn(&str) -> bool) -> bool {
    let mut tick = false;
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                let hidden = tick || (colons == 2 && !in_paths);
                if !hidden && test(&ident.to_string()) {
                    return true;
                }
                (tick, colons) = (false, 0);
            }
            TokenTree::Punct(punct) => {
                tick = punct.as_char() == '\'';
                colons = if punct.as_char() == ':' { colons + 1 } else { 0 };
            }
            TokenTree::Group(group) => {
                if any_name(group.stream(), in_paths, test) {
                    return true;
                }
                (tick, colons) = (false, 0);
            }
            TokenTree::Literal(_) => (tick, colons) = (false, 0),
        }
    }
    false
}

fn unsized_params(generics: &Generics) -> HashSet<String> {
    let relaxed = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(bound) => matches!(bound.modifier, syn::TraitBoundModifier::Maybe(_)),
        _ => false,
    };
    let inline = |param: &&TypeParam| param.bounds.iter().any(relaxed);
    let mut found: HashSet<String> =
        generics.type_params().filter(inline).map(|param| param.ident.to_string()).collect();
    let clauses = generics.where_clause.iter().flat_map(|c| &c.predicates);
    for predicate in clauses {
        if let WherePredicate::Type(predicate) = predicate
            && predicate.bounds.iter().any(relaxed)
        {
            found.insert(predicate.bounded_ty.to_token_stream().to_string());
        }
    }
    found
}

/// Drops the types that were written before, token for token.
pub(crate) fn distinct(types: &mut Vec<Type>) {
    let mut seen = HashSet::new();
    types.retain(|ty| seen.insert(ty.to_token_stream().to_string()));
}

/// Has the type a parameter that may stand for something borrowed?
pub(crate) fn may_borrow(generics: &Generics) -> bool {
    let param = |param: &GenericParam| !matches!(param, GenericParam::Const(_));
    generics.params.iter().any(param)
}
