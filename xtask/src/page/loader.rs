//! The splitter's loader of the page's parts, joined into the page's own script: one file less to ask for, and no
//! two scripts that import each other.

use std::collections::BTreeMap;

use crate::command::{Done, Failure, fail};

/// A part that has not arrived by then, in milliseconds, is given up, so that the page can say so.
const GIVEN_UP_AFTER: u32 = 30_000;

/// The script with its loader, and which files each part needs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Joined {
    pub(super) script: String,
    pub(super) parts: BTreeMap<String, Vec<String>>,
}

/// Joins the loader to the script. `names` are the files as the splitter names them and as they are called now.
pub(super) fn join(script: &str, loader: &str, names: &[(String, String)]) -> Done<Joined> {
    let is_import = |line: &str| line.starts_with("import * as ") && line.contains("\"./__wasm_split.js\"");
    let (imports, own): (Vec<_>, Vec<_>) = script.lines().partition(|line| is_import(line));
    let aliases: Vec<_> = imports.iter().filter_map(|line| line.split(' ').nth(3)).collect();
    let parts = parts(loader, names)?;
    if aliases.is_empty() || parts.is_empty() {
        return changed();
    }
    let mut linked = loader.replace("export const ", "const ");
    for (old, new) in names {
        let (old, new) = (format!("\"./{old}.wasm\""), format!("\"./{new}.wasm\""));
        if !linked.contains(&old) {
            return changed();
        }
        linked = linked.replace(&old, &new);
    }
    let limit = format!(", import.meta.url), {{ signal: AbortSignal.timeout({GIVEN_UP_AFTER}) }})");
    linked = linked.replace(", import.meta.url))", &limit);
    // The page itself says of a part that it could not be had; one that was fetched ahead is asked for again when it
    // is opened.
    linked = linked.replace("console.error(e);", "");
    let loads = parts.keys().map(|part| format!("{LOAD}{part}")).collect::<Vec<_>>().join(", ");
    let linked = linked.lines().filter(|line| !line.starts_with("import {")).map(str::to_owned);
    let aliases = aliases.into_iter().map(|alias| format!("const {alias} = {{ {loads} }};"));
    let lines: Vec<String> = own.into_iter().map(str::to_owned).chain(linked).chain(aliases).collect();
    let text = lines.join("\n") + "\n";
    Ok(Joined { script: text, parts })
}

/// What a function that loads a part is called, before the part's name.
const LOAD: &str = "__wasm_split_load_";

/// The files of each part: its own, and those that it shares with others.
fn parts(loader: &str, names: &[(String, String)]) -> Done<BTreeMap<String, Vec<String>>> {
    let new = |old: &str| names.iter().find(|(it, _)| it == old).map(|(_, new)| format!("{new}.wasm"));
    let file = |text: &str| text.split_once("\"./").and_then(|(_, rest)| new(rest.split_once(".wasm\"")?.0));
    let (mut chunks, mut parts) = (BTreeMap::new(), BTreeMap::new());
    for text in loader.split("\nconst __chunk_").skip(1) {
        let Some((number, body)) = text.split_once(" = ") else { return Err(unknown()) };
        chunks.insert(format!("__chunk_{number}"), file(body));
    }
    for text in loader.split("\nexport const ").skip(1) {
        let Some((name, body)) = text.split_once(" = ") else { return Err(unknown()) };
        let Some(part) = name.strip_prefix(LOAD) else { return Err(unknown()) };
        let end = body.rfind("]))").ok_or_else(unknown)?;
        let shared = body[..end].rsplit_once('[').map_or("", |(_, list)| list);
        let shared = shared.split(", ").filter_map(|chunk| chunks.get(chunk).cloned().flatten());
        parts.insert(part.to_owned(), file(body).into_iter().chain(shared).collect());
    }
    Ok(parts)
}

fn unknown() -> Failure {
    Failure(
        "The splitter writes its loader in another way than this toolbox reads it: use its pinned version."
            .to_owned(),
    )
}

fn changed<T>() -> Done<T> {
    fail(unknown().0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "import * as import1 from \"./__wasm_split.js\"\nimport * as import2 from \"./__wasm_split.js\"\nexport default init;\n";
    const WRITTEN: &str = "import { initSync } from \"./page.js\";\n\nfunction makeLoad() {}\n\
        /* compare, machines */\nconst __chunk_1 = makeLoad(() => {\n    const src = fetch(new URL(\"./chunk_1.wasm\", import.meta.url));\n}\n, []);\n\
        export const __wasm_split_load_machines = wrapAsyncCb(makeLoad(() => {\n    const src = fetch(new URL(\"./split_machines.wasm\", import.meta.url));\n}\n, [__chunk_1]));\n\
        export const __wasm_split_load_compare = wrapAsyncCb(makeLoad(() => {\n    const src = fetch(new URL(\"./split_compare.wasm\", import.meta.url));\n}\n, [__chunk_1]));\n";

    fn names() -> Vec<(String, String)> {
        [("chunk_1", "chunk_1-a"), ("split_machines", "machines-b"), ("split_compare", "compare-c")]
            .map(|(old, new)| (old.to_owned(), new.to_owned()))
            .to_vec()
    }

    #[test]
    fn the_loader_stands_in_the_script_and_asks_for_the_files_by_their_new_names() {
        let joined = join(SCRIPT, WRITTEN, &names()).unwrap_or_else(|error| panic!("{error}"));
        assert!(!joined.script.contains("__wasm_split.js"), "{}", joined.script);
        assert!(!joined.script.contains("initSync }"), "{}", joined.script);
        let loads = "{ __wasm_split_load_compare, __wasm_split_load_machines }";
        for line in [format!("const import1 = {loads};"), format!("const import2 = {loads};")] {
            assert!(joined.script.contains(&line), "{line} in {}", joined.script);
        }
        for file in ["chunk_1-a", "machines-b", "compare-c"] {
            let asked = format!(
                "fetch(new URL(\"./{file}.wasm\", import.meta.url), {{ signal: AbortSignal.timeout(30000) }})"
            );
            assert!(joined.script.contains(&asked), "{asked} in {}", joined.script);
        }
    }

    #[test]
    fn a_part_needs_its_own_file_and_what_it_shares() {
        let joined = join(SCRIPT, WRITTEN, &names()).unwrap_or_else(|error| panic!("{error}"));
        let files = |part: &str| joined.parts[part].join(" ");
        assert_eq!(files("compare"), "compare-c.wasm chunk_1-a.wasm");
        assert_eq!(files("machines"), "machines-b.wasm chunk_1-a.wasm");
    }

    #[test]
    fn a_loader_of_another_form_is_refused() {
        assert!(join("export default init;", WRITTEN, &names()).is_err());
        assert!(join(SCRIPT, "", &names()).is_err());
        assert!(join(SCRIPT, WRITTEN, &[("other".to_owned(), "other-d".to_owned())]).is_err());
    }
}
