//! The splitter's loader of the page's parts, joined into the page's own script: one file less to ask for, and no
//! two scripts that import each other.

use std::collections::{BTreeMap, BTreeSet};

use super::place::Place;
use crate::command::{Done, Failure, fail};

/// A part that has not arrived by then, in milliseconds, is given up, so that the page can say so.
const GIVEN_UP_AFTER: u32 = 30_000;

/// The script with its loader, and which files each part needs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Joined {
    pub(super) script: String,
    pub(super) parts: BTreeMap<String, Vec<String>>,
}

/// Reads a piece of code out of a file that holds several, which is asked for once; again where that failed.
const PACKED: &str = "const packs = {};
function packed(url, from, to) {
    const pack = (packs[url] ??= fetch(url, { signal: AbortSignal.timeout(LIMIT) }).then((it) => (it.ok ? it.arrayBuffer() : Promise.reject(it.status))));
    pack.catch(() => { if (packs[url] === pack) delete packs[url]; });
    return pack.then((all) => new Response(all.slice(from, to), { headers: { \"Content-Type\": \"application/wasm\" } }));
}";

/// Joins the loader to the script. `places` are where the files are now that the splitter named so.
pub(super) fn join(script: &str, loader: &str, places: &[(String, Place)]) -> Done<Joined> {
    let is_import = |line: &str| line.starts_with("import * as ") && line.contains("\"./__wasm_split.js\"");
    let (imports, own): (Vec<_>, Vec<_>) = script.lines().partition(|line| is_import(line));
    let aliases: Vec<_> = imports.iter().filter_map(|line| line.split(' ').nth(3)).collect();
    let parts = parts(loader, places)?;
    if aliases.is_empty() || parts.is_empty() {
        return changed();
    }
    let mut linked = loader.replace("export const ", "const ");
    for (old, Place { file, within }) in places {
        let asked = format!("fetch(new URL(\"./{old}.wasm\", import.meta.url))");
        let url = format!("new URL(\"./{file}\", import.meta.url)");
        if !linked.contains(&asked) {
            return changed();
        }
        linked = linked.replace(
            &asked,
            &match within {
                Some((from, to)) => format!("packed({url}, {from}, {to})"),
                None => format!("fetch({url}, {{ signal: AbortSignal.timeout({GIVEN_UP_AFTER}) }})"),
            },
        );
    }
    linked.push_str(&PACKED.replace("LIMIT", &GIVEN_UP_AFTER.to_string()));
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

/// What parts share, as the splitter names it, with the parts that do.
pub(super) fn chunks(loader: &str) -> Vec<(String, BTreeSet<String>)> {
    let one = |text: &str| {
        let (parts, rest) = text.split_once(" */\nconst __chunk_")?;
        let name = rest.split_once("\"./")?.1.split_once(".wasm\"")?.0;
        Some((name.to_owned(), parts.split(", ").map(str::to_owned).collect()))
    };
    loader.split("\n/* ").filter_map(one).collect()
}

/// The files of each part: its own, and those that it shares with others.
fn parts(loader: &str, places: &[(String, Place)]) -> Done<BTreeMap<String, Vec<String>>> {
    let new = |old: &str| places.iter().find(|(it, _)| it == old).map(|(_, place)| place.file.clone());
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
        let shared: BTreeSet<_> =
            shared.split(", ").filter_map(|chunk| chunks.get(chunk).cloned().flatten()).collect();
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
        \n/* compare, machines */\nconst __chunk_1 = makeLoad(() => {\n    const src = fetch(new URL(\"./chunk_1.wasm\", import.meta.url));\n}\n, []);\n\
        export const __wasm_split_load_machines = wrapAsyncCb(makeLoad(() => {\n    const src = fetch(new URL(\"./split_machines.wasm\", import.meta.url));\n}\n, [__chunk_1]));\n\
        export const __wasm_split_load_compare = wrapAsyncCb(makeLoad(() => {\n    const src = fetch(new URL(\"./split_compare.wasm\", import.meta.url));\n}\n, [__chunk_1]));\n";

    fn places() -> Vec<(String, Place)> {
        [
            ("chunk_1", "shared-a.pack", Some((0, 70))),
            ("split_machines", "machines-b.wasm", None),
            ("split_compare", "compare-c.wasm", None),
        ]
        .map(|(old, file, within)| (old.to_owned(), Place { file: file.to_owned(), within }))
        .to_vec()
    }

    #[test]
    fn what_is_shared_is_known_with_those_that_share_it() {
        let shared = ["compare", "machines"].map(str::to_owned).into();
        assert_eq!(chunks(WRITTEN), [("chunk_1".to_owned(), shared)]);
    }

    #[test]
    fn the_loader_stands_in_the_script_and_asks_for_the_files_by_their_new_names() {
        let joined = join(SCRIPT, WRITTEN, &places()).unwrap_or_else(|error| panic!("{error}"));
        assert!(!joined.script.contains("__wasm_split.js"), "{}", joined.script);
        assert!(!joined.script.contains("initSync }"), "{}", joined.script);
        let loads = "{ __wasm_split_load_compare, __wasm_split_load_machines }";
        for line in [format!("const import1 = {loads};"), format!("const import2 = {loads};")] {
            assert!(joined.script.contains(&line), "{line} in {}", joined.script);
        }
        assert!(
            joined
                .script
                .contains("const src = packed(new URL(\"./shared-a.pack\", import.meta.url), 0, 70);")
        );
        for file in ["machines-b", "compare-c"] {
            let asked = format!(
                "fetch(new URL(\"./{file}.wasm\", import.meta.url), {{ signal: AbortSignal.timeout(30000) }})"
            );
            assert!(joined.script.contains(&asked), "{asked} in {}", joined.script);
        }
    }

    #[test]
    fn a_part_needs_its_own_file_and_what_it_shares() {
        let joined = join(SCRIPT, WRITTEN, &places()).unwrap_or_else(|error| panic!("{error}"));
        let files = |part: &str| joined.parts[part].join(" ");
        assert_eq!(files("compare"), "compare-c.wasm shared-a.pack");
        assert_eq!(files("machines"), "machines-b.wasm shared-a.pack");
    }

    #[test]
    fn a_loader_of_another_form_is_refused() {
        assert!(join("export default init;", WRITTEN, &places()).is_err());
        assert!(join(SCRIPT, "", &places()).is_err());
        let other = Place { file: "other-d.wasm".to_owned(), within: None };
        assert!(join(SCRIPT, WRITTEN, &[("other".to_owned(), other)]).is_err());
    }
}
