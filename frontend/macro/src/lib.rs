//! The `view!` of the page. It reads what Leptos's own reads, and writes calls to `crate::tree` instead of types.
//!
//! Leptos gives every element a type of its own, and each is compiled on its own; a call costs some bytes. The page
//! would be half as large again.

mod component;
mod element;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use proc_macro2_diagnostics::Diagnostic;
use quote::quote;
use rstml::node::Node;

/// A part of the page, in the syntax of Leptos's `view!`.
#[proc_macro]
pub fn view(input: TokenStream) -> TokenStream {
    let parser = rstml::Parser::new(rstml::ParserConfig::default().recover_block(true));
    let (nodes, faults) = parser.parse_recoverable(Tokens::from(input)).split_vec();
    let faults = faults.into_iter().map(Diagnostic::emit_as_expr_tokens);
    let view = together(&nodes);
    quote! { { #(#faults;)* #view } }.into()
}

/// Several nodes as one view.
fn together(nodes: &[Node]) -> Tokens {
    let mut views: Vec<_> = nodes.iter().filter_map(node).collect();
    if views.len() == 1 {
        views.remove(0)
    } else {
        quote! { crate::tree::View::many(vec![#(#views),*]) }
    }
}

/// A node as an expression that is a view; none for what leaves nothing on the page.
fn node(node: &Node) -> Option<Tokens> {
    Some(match node {
        Node::Element(element) if is_component(&element.open_tag.name.to_string()) => {
            let component = component::call(element);
            quote! { crate::tree::Child::view(::leptos::prelude::IntoAny::into_any(#component)) }
        }
        Node::Element(element) => element::build(element),
        Node::Text(text) => {
            let text = text.value_string();
            quote! { crate::tree::View::from(#text) }
        }
        Node::Block(block) => quote! {
            crate::tree::Child::view({
                #[allow(unused_braces, reason = "the braces are those of the view")]
                #block
            })
        },
        Node::Fragment(fragment) => together(&fragment.children),
        Node::RawText(_) | Node::Comment(_) | Node::Doctype(_) | Node::Custom(_) => return None,
    })
}

fn is_component(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}
