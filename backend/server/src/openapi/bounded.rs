//! The bounds of what a client sends, put into its schema from the table that the server refuses by.

use std::{fmt::Write, sync::LazyLock};

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Object, RefOr, Schema, Type,
        schema::{ArrayItems, SchemaType},
    },
};
use viridian_shared::{
    bounds::{self, Bound, Kind, LIST_LIMIT},
    unseen,
};

use super::{Named, named};

/// Characters that may stand in a text after what they join, and nowhere else: a pattern lets them pass.
const JOINERS: [char; 4] = ['\u{200C}', '\u{200D}', '\u{FE0E}', '\u{FE0F}'];

/// A type that a client sends and every type that it speaks of, its own fields with their bounds.
pub(crate) fn bounded<T: ToSchema + PartialSchema>() -> Vec<Named> {
    let mut schemas = named::<T>();
    let own = T::name();
    for (name, schema) in &mut schemas {
        if let (true, RefOr::T(Schema::Object(object))) = (*name == own, schema) {
            for (field, schema) in &mut object.properties {
                bind(field, schema);
            }
        }
    }
    schemas
}

fn bind(field: &str, schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) if is_text(object) => {
            let Bound { most, kind } = bounds::of(field);
            object.max_length = Some(object.max_length.map_or(most, |own| own.min(most)));
            let needs_one = object.min_length.is_some_and(|least| least > 0);
            object.pattern = object.pattern.take().or_else(|| pattern(kind, needs_one));
        }
        RefOr::T(Schema::Array(array)) => {
            array.max_items = Some(LIST_LIMIT);
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                bind(field, items);
            }
        }
        _ => {}
    }
}

/// Whether it is a text of any content; one of a few words has no bound to be told.
fn is_text(object: &Object) -> bool {
    let is_string = match &object.schema_type {
        SchemaType::Type(it) => *it == Type::String,
        SchemaType::Array(all) => all.contains(&Type::String),
        SchemaType::AnyValue => false,
    };
    is_string && object.enum_values.is_none() && object.format.is_none()
}

/// The text as a regular expression: nothing that nobody sees, and something that is no space where it is needed.
fn pattern(kind: Kind, needs_one: bool) -> Option<String> {
    static LINE: LazyLock<String> = LazyLock::new(|| ranges(|c| is_unseen(c) || c.is_control()));
    static PROSE: LazyLock<String> = LazyLock::new(|| ranges(is_unseen));
    let out = match kind {
        Kind::Line => LINE.as_str(),
        Kind::Prose => PROSE.as_str(),
        Kind::Data => "",
    };
    match (out, needs_one) {
        ("", false) => None,
        ("", true) => Some("\\S".to_owned()),
        (out, false) => Some(format!("^[^{out}]*$")),
        (out, true) => Some(format!("^[^{out}]*[^\\s{out}][^{out}]*$")),
    }
}

fn is_unseen(c: char) -> bool {
    !JOINERS.contains(&c) && unseen::first(c.encode_utf8(&mut [0; 4])).is_some()
}

/// Characters as the ranges of a class.
fn ranges(is_in: impl Fn(char) -> bool) -> String {
    let mut ranges = Vec::<(char, char)>::new();
    for c in ('\0'..=char::MAX).filter(|c| is_in(*c)) {
        match ranges.last_mut() {
            Some((_, last)) if u32::from(*last) + 1 == u32::from(c) => *last = c,
            _ => ranges.push((c, c)),
        }
    }
    let mut class = String::new();
    for (first, last) in ranges {
        spell(&mut class, first);
        if last != first {
            class.push('-');
            spell(&mut class, last);
        }
    }
    class
}

/// A character as every dialect of regular expressions reads it: by its number as far as all write that alike.
fn spell(class: &mut String, c: char) {
    if u32::from(c) <= 0xFFFF {
        // Writing to a string does not fail.
        let _ = write!(class, "\\u{:04x}", u32::from(c));
    } else {
        class.push(c);
    }
}
