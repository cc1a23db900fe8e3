//! A component: a call with its properties, as Leptos's `#[component]` expects it.

use proc_macro2::{Ident, Span, TokenStream as Tokens};
use quote::quote;
use rstml::{
    Infallible,
    node::{KeyedAttribute, NodeAttribute, NodeElement},
};

use crate::together;

pub(crate) fn call(element: &NodeElement<Infallible>) -> Tokens {
    let name = &element.open_tag.name;
    let attributes: Vec<_> = element
        .open_tag
        .attributes
        .iter()
        .filter_map(|attribute| match attribute {
            NodeAttribute::Attribute(attribute) => Some(attribute),
            NodeAttribute::Block(_) => None,
        })
        .collect();
    let bound: Vec<_> = attributes.iter().filter_map(|it| bound(it)).collect();
    let properties = attributes.iter().filter_map(|it| property(it));
    let children = children(element, &bound);
    quote! {
        ::leptos::component::component_view(
            &#name,
            ::leptos::component::component_props_builder(&#name)#(#properties)*#children.build()
        )
    }
}

/// The name that `let:name` gives to what each child is made of.
fn bound(attribute: &KeyedAttribute) -> Option<Ident> {
    let name = attribute.key.to_string();
    Some(Ident::new(name.strip_prefix("let:")?, Span::call_site()))
}

fn property(attribute: &KeyedAttribute) -> Option<Tokens> {
    let key = &attribute.key;
    if key.to_string().contains(':') {
        return None;
    }
    // `<Chart data/>` is short for `<Chart data=data/>`.
    Some(attribute.value().map_or_else(|| quote! { .#key(#key) }, |value| quote! { .#key(#value) }))
}

fn children(element: &NodeElement<Infallible>, bound: &[Ident]) -> Option<Tokens> {
    if element.children.is_empty() {
        return None;
    }
    let view = together(&element.children);
    Some(if bound.is_empty() {
        quote! { .children(::leptos::children::ToChildren::to_children(move || #view)) }
    } else {
        quote! { .children(move |#(#bound),*| #view) }
    })
}
