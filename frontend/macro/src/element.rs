//! An element: its attributes that stand fixed as data, the others as calls, then what is in it.

use proc_macro2::{Ident, Span, TokenStream as Tokens};
use quote::quote;
use rstml::{
    Infallible,
    node::{KeyedAttribute, Node, NodeAttribute, NodeElement},
};
use syn::{Expr, ExprLit, Lit};

use crate::node;

/// Elements of pictures, which have a name space of their own.
const SVG: [&str; 6] = ["svg", "path", "circle", "rect", "text", "g"];

pub(crate) fn build(element: &NodeElement<Infallible>) -> Tokens {
    let tag = element.open_tag.name.to_string();
    let make = if SVG.contains(&tag.as_str()) { quote!(svg) } else { quote!(html) };
    let (mut fixed, mut calls) = (Vec::new(), Vec::new());
    for attribute in &element.open_tag.attributes {
        let NodeAttribute::Attribute(attribute) = attribute else { continue };
        let name = attribute.key.to_string();
        match (text(attribute), name.contains(':')) {
            (Some(value), false) => fixed.push(quote! { (#name, #value) }),
            _ => calls.push(call(&name, attribute)),
        }
    }
    calls.extend(element.children.iter().filter_map(content));
    quote! { crate::tree::#make(#tag, &[#(#fixed),*])#(#calls)*.done() }
}

/// The value, where it is a text that stands in the source or none at all.
fn text(attribute: &KeyedAttribute) -> Option<String> {
    match attribute.value() {
        None => Some(String::new()),
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Some(text.value()),
        Some(_) => None,
    }
}

fn call(name: &str, attribute: &KeyedAttribute) -> Tokens {
    let value = attribute.value();
    match name.split_once(':') {
        Some(("on", event)) => {
            let event = Ident::new(event, Span::call_site());
            quote! { .on(::leptos::ev::#event, #value) }
        }
        Some(("class", class)) => quote! { .class(#class, #value) },
        Some(("style", property)) => quote! { .style(#property, #value) },
        Some(("prop", property)) => quote! { .property(#property, #value) },
        None if name == "node_ref" => quote! { .node(#value) },
        _ => quote! { .attribute(#name, #value) },
    }
}

fn content(child: &Node) -> Option<Tokens> {
    if let Node::Text(text) = child {
        let text = text.value_string();
        return Some(quote! { .text(#text) });
    }
    let view = node(child)?;
    Some(quote! { .child(#view) })
}
