//! The document, and what its references lead to.

use serde_json::Value;

use crate::{Unreadable, address, deep};

/// A reference may lead to another; more of them run in a circle.
const DEEPEST: usize = 16;

pub(super) struct Document {
    pub(super) value: Value,
    /// Swagger 2.0 puts into a parameter what 3.x puts into its schema.
    pub(super) is_swagger: bool,
}

impl Document {
    pub(super) fn read(text: &str) -> Result<Self, Unreadable> {
        let value: Value = if text.trim_start().starts_with('{') {
            serde_json::from_str(text)
                .map_err(|error| Unreadable(format!("the description is not JSON: {error}")))?
        } else {
            deep(|| yaml(text))??
        };
        let word = |key| {
            value.get(key).and_then(|it| it.as_str().map(str::to_owned).or_else(|| Some(it.to_string())))
        };
        let is_swagger = match (word("swagger"), word("openapi")) {
            (Some(version), _) if version.starts_with('2') => true,
            (_, Some(version)) if version.starts_with("3.") => false,
            _ => return Err(Unreadable("it names neither `openapi: 3.…` nor `swagger: 2.0`".to_owned())),
        };
        Ok(Self { value, is_swagger })
    }

    /// A value, or what its `$ref` leads to.
    pub(super) fn resolved<'d>(&'d self, mut value: &'d Value) -> Result<&'d Value, String> {
        for _ in 0..DEEPEST {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return Ok(value) };
            let inner = reference.strip_prefix('#').map(|it| address::decoded(it, false));
            let inner = inner.ok_or_else(|| format!("it refers to another document, `{reference}`"))?;
            value = self.value.pointer(&inner).ok_or_else(|| format!("`{reference}` leads nowhere"))?;
        }
        Err("its references run in a circle".to_owned())
    }
}

/// The descriptions of large services have more values than the parser expects of a configuration. What an alias
/// repeats counts each time: a few lines of them stand for millions.
fn yaml(text: &str) -> Result<Value, Unreadable> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_nodes: 2_000_000,
            max_events: 4_000_000,
            max_depth: 100,
            flow_nesting_limit: 100,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 200_000,
        },
    };
    let read = serde_saphyr::from_str_with_options(text, options);
    read.map_err(|error| {
        let line = error.location().map(|it| format!(" (line {})", it.line())).unwrap_or_default();
        Unreadable(format!("the description is neither JSON nor YAML{line}"))
    })
}

/// A key in a JSON pointer.
pub(super) fn pointer(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
