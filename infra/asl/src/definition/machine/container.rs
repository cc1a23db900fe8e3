//! Reads the states that hold other states: Parallel and Map.

use std::collections::HashSet;

use crate::definition::{
    Block, Code, Items, Kind, Language, Map,
    fields::{Faults, Fields},
    machine::{self, Setting},
};

pub(crate) const FIELDS: &[&str] = &[
    "ItemProcessor",
    "Iterator",
    "ItemSelector",
    "MaxConcurrency",
    "ToleratedFailureCount",
    "ToleratedFailurePercentage",
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "Label",
];
pub(crate) const PATHS: &[&str] =
    &["ItemsPath", "MaxConcurrencyPath", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath"];
/// Fields that only a distributed map has.
const DISTRIBUTED: [&str; 4] = ["ItemReader", "ItemBatcher", "ResultWriter", "Label"];

pub(crate) fn parallel(
    fields: &Fields<'_>,
    setting: Setting,
    names: &mut HashSet<String>,
    faults: &mut Faults,
) -> Option<Kind> {
    fields.require(&["Branches"], faults);
    let list = fields.list("Branches", faults)?;
    if list.is_empty() {
        fields.fault("Branches", "At least one branch is required", faults);
    }
    let mut branches = Vec::new();
    for (number, value) in list.iter().enumerate() {
        let at = format!("{}[{number}]", fields.place("Branches"));
        let inner = Fields::of(value, at, setting.language, faults)?;
        inner.allow(&[&["StartAt", "States", "Comment"]], faults);
        branches.push(block(&inner, setting, names, faults)?);
    }
    Some(Kind::Parallel { branches })
}

fn block(
    inner: &Fields<'_>,
    setting: Setting,
    names: &mut HashSet<String>,
    faults: &mut Faults,
) -> Option<Block> {
    machine::block(inner, setting, names, faults)
}

pub(crate) fn map(
    fields: &Fields<'_>,
    setting: Setting,
    names: &mut HashSet<String>,
    faults: &mut Faults,
) -> Option<Kind> {
    let name = processor_name(fields, faults)?;
    let inner = Fields::of(fields.get(name)?, fields.place(name), setting.language, faults)?;
    inner.allow(&[&["StartAt", "States", "Comment", "ProcessorConfig"]], faults);
    check_mode(fields, &inner, faults);
    let processor = block(&inner, setting, names, faults)?;
    let selector_name = if fields.get("ItemSelector").is_some() { "ItemSelector" } else { "Parameters" };
    let mut tolerated = Vec::new();
    tolerated.extend(tolerance(fields, "ToleratedFailureCount", i64::from(i32::MAX), faults));
    tolerated.extend(
        fields
            .share("ToleratedFailurePercentage", faults)
            .map(|amount| ("ToleratedFailurePercentage", amount)),
    );
    Some(Kind::Map(Box::new(Map {
        processor,
        items: items(fields, faults),
        selector: fields.template(selector_name, faults),
        concurrency: fields.amount("MaxConcurrency", 0, i64::from(i32::MAX), faults),
        tolerated,
    })))
}

fn tolerance(
    fields: &Fields<'_>,
    name: &'static str,
    most: i64,
    faults: &mut Faults,
) -> Option<(&'static str, crate::definition::Amount)> {
    fields.amount(name, 0, most, faults).map(|amount| (name, amount))
}

fn processor_name(fields: &Fields<'_>, faults: &mut Faults) -> Option<&'static str> {
    match (fields.get("ItemProcessor").is_some(), fields.get("Iterator").is_some()) {
        (true, false) => Some("ItemProcessor"),
        (false, true) => Some("Iterator"),
        (true, true) => {
            fields.fault("Iterator", "Only one of [ItemProcessor, Iterator] may be given", faults);
            None
        }
        (false, false) => {
            let message = "These fields are required: [ItemProcessor]";
            faults.add(Code::Schema, fields.at.clone(), message);
            None
        }
    }
}

fn items(fields: &Fields<'_>, faults: &mut Faults) -> Option<Items> {
    match fields.language {
        Language::Paths => fields.path("ItemsPath", faults).map(Items::Path),
        Language::Queries => fields.template("Items", faults).map(Items::Template),
    }
}

/// Refuses what only distributed maps do.
fn check_mode(fields: &Fields<'_>, inner: &Fields<'_>, faults: &mut Faults) {
    let refusal = "Distributed maps are not available in the sandbox; use the mode INLINE";
    let config = inner.get("ProcessorConfig");
    let mode = config.and_then(|config| config.get("Mode")).and_then(serde_json::Value::as_str);
    match mode {
        None | Some("INLINE") => {}
        Some("DISTRIBUTED") => faults.add(Code::NotAvailable, inner.place("ProcessorConfig/Mode"), refusal),
        Some(_) => inner.fault("ProcessorConfig/Mode", "Value must be one of [INLINE, DISTRIBUTED]", faults),
    }
    for name in DISTRIBUTED {
        if fields.get(name).is_some() {
            faults.add(Code::NotAvailable, fields.place(name), refusal);
        }
    }
}
