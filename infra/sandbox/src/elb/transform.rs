//! Transforms of rules, as requests and answers have them.

use serde_json::{Value, json};
use viridian_alb::{Rewritten, Transform};
use viridian_aws_wire::{AwsError, Input};

/// The type of a transform and the member with its configuration.
fn names(of: Rewritten) -> (&'static str, &'static str) {
    match of {
        Rewritten::Host => ("host-header-rewrite", "HostHeaderRewriteConfig"),
        Rewritten::Url => ("url-rewrite", "UrlRewriteConfig"),
    }
}

/// The transforms of a rule: at most one of each kind.
pub(super) fn read(input: Input<'_>) -> Result<Vec<Transform>, AwsError> {
    let mut transforms: Vec<Transform> = Vec::new();
    for transform in input.each("Transforms") {
        let of = match transform.text("Type")? {
            "host-header-rewrite" => Rewritten::Host,
            "url-rewrite" => Rewritten::Url,
            other => {
                return Err(input.bad(format!(
                    "Transform type '{other}' must be one of '[host-header-rewrite, url-rewrite]'"
                )));
            }
        };
        let (name, config) = names(of);
        if transforms.iter().any(|other| other.of == of) {
            return Err(input.bad(format!("A rule takes one transform of type '{name}'")));
        }
        let config = transform.child(config).ok_or_else(|| transform.missing(config))?;
        let rewrites: Vec<Input<'_>> = config.each("Rewrites").collect();
        let [rewrite] = rewrites.as_slice() else {
            return Err(input.bad(format!("A transform of type '{name}' takes exactly one rewrite")));
        };
        let (regex, replace) = (rewrite.text("Regex")?, rewrite.text_or_none("Replace").unwrap_or_default());
        viridian_alb::regex(regex)
            .map_err(|error| input.bad(format!("The regular expression '{regex}' is not valid: {error}")))?;
        transforms.push(Transform { of, regex: regex.to_owned(), replace: replace.to_owned() });
    }
    Ok(transforms)
}

/// A transform as answers show it.
pub(super) fn show(transform: &Transform) -> Value {
    let (name, config) = names(transform.of);
    json!({"Type": name, config: {"Rewrites": [{"Regex": transform.regex, "Replace": transform.replace}]}})
}
