//! From the parsed type to the impl.

use crate::attr::{Errors, Options, Place, packed};
use crate::bounds::{Target, distinct, may_borrow};
use crate::lints;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Error, Fields, Ident, Member, Path, Type, parse_quote};

/// A field that is visited.
struct Field {
    member: Member,
    label: String,
    ty: Type,
}

struct Variant {
    name: Ident,
    fields: Vec<Field>,
}

enum Shape {
    Struct(Vec<Field>),
    Enum(Vec<Variant>),
}

impl Shape {
    fn fields(&self) -> Vec<&Field> {
        match self {
            Shape::Struct(fields) => fields.iter().collect(),
            Shape::Enum(variants) => variants.iter().flat_map(|v| &v.fields).collect(),
        }
    }
}

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    syn::parse2(input).and_then(|input| expand(&input)).unwrap_or_else(Error::into_compile_error)
}

fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut errors = Errors::default();
    let options = Options::read(&input.attrs, Place::Type, &mut errors);
    if let Some(span) = packed(&input.attrs) {
        let message = "`Trace` cannot be derived for a packed type: its fields cannot be borrowed";
        errors.push(Error::new(span, message));
    }
    let shape = match &input.data {
        Data::Struct(data) => Shape::Struct(read_fields(&data.fields, &mut errors)),
        Data::Enum(data) => {
            let mut variants = Vec::new();
            for variant in &data.variants {
                let skip = Options::read(&variant.attrs, Place::Variant, &mut errors).skip;
                let mut fields = read_fields(&variant.fields, &mut errors);
                if skip {
                    fields.clear();
                }
                let name = variant.ident.clone();
                variants.push(Variant { name, fields });
            }
            Shape::Enum(variants)
        }
        Data::Union(data) => {
            let message = "`Trace` cannot be derived for a union: \
                           there is no telling which field is in use";
            errors.push(Error::new(data.union_token.span, message));
            Shape::Struct(Vec::new())
        }
    };
    errors.finish()?;
    Ok(write_impl(input, options, &shape))
}

fn read_fields(fields: &Fields, errors: &mut Errors) -> Vec<Field> {
    let mut kept = Vec::new();
    for (field, member) in fields.iter().zip(fields.members()) {
        if Options::read(&field.attrs, Place::Field, errors).skip {
            continue;
        }
        let label = match &member {
            Member::Named(name) => name.unraw().to_string(),
            Member::Unnamed(index) => index.index.to_string(),
        };
        let ty = field.ty.clone();
        kept.push(Field { member, label, ty });
    }
    kept
}

fn write_impl(input: &DeriveInput, options: Options, shape: &Shape) -> TokenStream {
    let name = &input.ident;
    let target = Target::new(name, &input.generics);
    let krate = options.krate.unwrap_or_else(|| parse_quote!(::adder_gc));

    let mut generics = input.generics.clone();
    if may_borrow(&generics) {
        let clause = generics.make_where_clause();
        clause.predicates.push(parse_quote!(Self: 'static));
    }
    if let Some(bound) = options.bound {
        generics.make_where_clause().predicates.extend(bound);
    } else {
        let mut bounded = Vec::new();
        for field in shape.fields() {
            target.bounds(&field.ty, &mut bounded);
        }
        distinct(&mut bounded);
        for ty in bounded {
            let clause = generics.make_where_clause();
            clause.predicates.push(parse_quote!(#ty: #krate::Trace));
        }
    }

    let visits = write_visits(shape, &target, &krate);
    let tracked = write_tracked(input, &target, shape, &krate);
    let faithful = write_faithful(input, &target, shape, &krate);
    let finalize = options.finalize.then(|| {
        // A generic type that may be unsized has to ask; elsewhere the clause would be trivial.
        let sized = target.has_unsized_params().then(|| quote!(where Self: ::core::marker::Sized));
        quote! {
            #[inline]
            fn finalize(__this: #krate::Borrowed<'_, Self>) #sized {
                <Self as #krate::Finalize>::finalize(__this)
            }
        }
    });
    let finalize_shared = options.finalize_shared.then(|| {
        let sized = target.has_unsized_params().then(|| quote!(where Self: ::core::marker::Sized));
        quote! {
            #[inline]
            fn finalize_shared(__this: #krate::sync::Borrowed<'_, Self>) #sized {
                <Self as #krate::sync::Finalize>::finalize(__this)
            }
        }
    });
    let finalizes = options.finalize || options.finalize_shared;
    let lints = lints::allowed(input);

    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        #lints
        impl #impl_generics #krate::Trace for #name #type_generics #where_clause {
            #visits
            #tracked
            #faithful
            #[inline]
            fn finalizes() -> ::core::primitive::bool {
                #finalizes
            }
            #finalize
            #finalize_shared
        }
    }
}

fn write_visits(shape: &Shape, target: &Target<'_>, krate: &Path) -> TokenStream {
    if shape.fields().is_empty() {
        return quote! {
            #[inline]
            fn trace(&self, _: &mut #krate::Tracer<'_>) {}
        };
    }
    let trace = write_body(shape, &quote!(&), &|field, place| {
        let (ty, label) = (&field.ty, &field.label);
        let visit = quote! {
            #krate::Tracer::name(__tracer, #label);
            <#ty as #krate::Trace>::trace(#place, __tracer);
        };
        if target.maybe_unsized(ty) {
            return visit;
        }
        quote! {
            if #krate::Tracer::__passes(__tracer, <#ty as #krate::Trace>::__faithful_within) {
                #visit
            }
        }
    });
    let clear = write_body(shape, &quote!(&), &|field, place| {
        let ty = &field.ty;
        quote!(<#ty as #krate::Trace>::clear_edges(#place, __clearer);)
    });
    let take = write_body(shape, &quote!(&mut), &|field, place| {
        let ty = &field.ty;
        quote!(<#ty as #krate::Trace>::take_edges(#place, __clearer);)
    });
    quote! {
        #[inline]
        fn trace<'__a>(&'__a self, __tracer: &mut #krate::Tracer<'__a>) {
            #trace
        }
        #[inline]
        fn clear_edges(&self, __clearer: &mut #krate::Clearer<'_>) {
            #clear
        }
        #[inline]
        fn take_edges(&mut self, __clearer: &mut #krate::Clearer<'_>) {
            #take
        }
    }
}

/// Writes what `visit` says for each field; it is given an expression for a reference to it.
fn write_body(shape: &Shape, borrow: &TokenStream, visit: &dyn Fn(&Field, TokenStream) -> TokenStream) -> TokenStream {
    match shape {
        Shape::Struct(fields) => {
            let visits = fields.iter().map(|field| {
                let member = &field.member;
                visit(field, quote!(#borrow self.#member))
            });
            quote!(#(#visits)*)
        }
        Shape::Enum(variants) => {
            let mut arms = TokenStream::new();
            let mut idle = Vec::new();
            for Variant { name, fields } in variants {
                if fields.is_empty() {
                    idle.push(quote!(Self::#name { .. }));
                    continue;
                }
                let members = fields.iter().map(|field| &field.member);
                let locals: Vec<Ident> = (0..fields.len()).map(|index| format_ident!("__field{}", index)).collect();
                let visits = fields.iter().zip(&locals).map(|(field, local)| visit(field, quote!(#local)));
                arms.extend(quote! {
                    Self::#name { #(#members: #locals,)* .. } => { #(#visits)* }
                });
            }
            if !idle.is_empty() {
                arms.extend(quote!(#(#idle)|* => {}));
            }
            quote!(match self { #arms })
        }
    }
}

fn write_tracked(input: &DeriveInput, target: &Target<'_>, shape: &Shape, krate: &Path) -> TokenStream {
    let fields = shape.fields();
    // To ask a type that contains this one would never end, and an unsized one cannot be asked.
    let contains_itself = fields.iter().any(|f| target.may_contain_itself(&f.ty));
    let unsized_tail =
        matches!(input.data, Data::Struct(_)) && fields.last().is_some_and(|f| target.maybe_unsized(&f.ty));
    if contains_itself || unsized_tail {
        return constant(true);
    }
    let mut types: Vec<Type> = fields.iter().map(|field| field.ty.clone()).collect();
    distinct(&mut types);
    if types.is_empty() {
        return constant(false);
    }
    // Types that contain each other would ask for ever: so many deep, the answer is yes.
    quote! {
        #[inline]
        fn tracked() -> ::core::primitive::bool {
            <Self as #krate::Trace>::tracked_within(6)
        }
        #[inline]
        fn tracked_within(__depth: ::core::primitive::u32) -> ::core::primitive::bool {
            __depth == 0 #(|| <#types as #krate::Trace>::tracked_within(__depth - 1))*
        }
    }
}

/// Says that the visit tells of what the fields' own visits tell, and of nothing else.
fn write_faithful(input: &DeriveInput, target: &Target<'_>, shape: &Shape, krate: &Path) -> Option<TokenStream> {
    let fields = shape.fields();
    let unsized_tail =
        matches!(input.data, Data::Struct(_)) && fields.last().is_some_and(|f| target.maybe_unsized(&f.ty));
    if unsized_tail {
        return None;
    }
    let mut types: Vec<Type> = fields.iter().map(|field| field.ty.clone()).collect();
    distinct(&mut types);
    Some(quote! {
        #[inline]
        unsafe fn __faithful_within(__depth: ::core::primitive::u32) -> ::core::primitive::bool {
            // SAFETY: the question is passed on.
            // What owns no reference is passed over by a strict visit, if it is not faithful.
            __depth > 0
                #(&& (!<#types as #krate::Trace>::tracked_within(__depth - 1)
                    || unsafe { <#types as #krate::Trace>::__faithful_within(__depth - 1) }))*
        }
    })
}

fn constant(tracked: bool) -> TokenStream {
    quote! {
        #[inline]
        fn tracked() -> ::core::primitive::bool {
            #tracked
        }
    }
}
