//! What parts share, packed: the splitter makes a file for every set of parts that share something, many of a few
//! hundred bytes, and each would be a request of its own.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use super::place::{Place, named};
use crate::command::{Done, During};

/// The parts that the first page loads by itself once it stands: it does not wait for what only others need.
const FIRST: [&str; 3] = ["actions", "activity", "below"];
/// The parts of State machines, which shares little with what compares.
const MACHINES: [&str; 2] = ["graph", "machines"];

/// Packs the chunks, each with the parts that share it, and removes their files. Gives where each is now.
pub(super) fn pack(folder: &Path, chunks: &[(String, BTreeSet<String>)]) -> Done<Vec<(String, Place)>> {
    let mut packs = BTreeMap::<&str, Vec<_>>::new();
    for chunk in chunks {
        packs.entry(name(&chunk.1)).or_default().push(chunk);
    }
    let mut places = Vec::new();
    for (name, chunks) in packs {
        places.extend(packed(folder, name, &chunks)?);
    }
    Ok(places)
}

/// The pack of what these parts share: so that whoever opens a page loads little that only others need.
fn name(parts: &BTreeSet<String>) -> &'static str {
    let is_machines = |part: &String| MACHINES.contains(&part.as_str());
    let (is_first, has_machines) =
        (FIRST.iter().any(|part| parts.contains(*part)), parts.iter().any(is_machines));
    match (is_first, has_machines) {
        (true, true) => "first",
        (true, false) => "first-only",
        (false, true) if parts.iter().all(is_machines) => "machines-only",
        (false, true) => "shared",
        (false, false) => "others",
    }
}

fn packed(folder: &Path, name: &str, chunks: &[&(String, BTreeSet<String>)]) -> Done<Vec<(String, Place)>> {
    let (mut all, mut within) = (Vec::new(), Vec::new());
    for (chunk, _) in chunks {
        let path = folder.join(chunk).with_extension("wasm");
        let from = all.len();
        all.extend(fs::read(&path).during("read what parts of the page share")?);
        fs::remove_file(&path).during("remove what was packed")?;
        within.push((chunk.clone(), (from, all.len())));
    }
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let file = format!("{}.pack", named(name, &all));
    fs::write(folder.join(&file), all).during("write what parts of the page share")?;
    let place = |(chunk, within)| (chunk, Place { file: file.clone(), within: Some(within) });
    Ok(within.into_iter().map(place).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_chunk_is_found_where_it_is_said_to_be() {
        let folder = std::env::temp_dir().join(format!("viridian-pack-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let write = |name: &str| fs::write(folder.join(name).with_extension("wasm"), name.repeat(2));
        let all = fs::create_dir_all(&folder).and_then(|()| {
            ["chunk_1", "chunk_22", "chunk_3", "chunk_4", "chunk_5"].into_iter().try_for_each(write)
        });
        assert!(all.is_ok(), "{all:?}");
        let shared =
            |name: &str, parts: &[&str]| (name.to_owned(), parts.iter().map(|it| (*it).to_owned()).collect());
        let chunks = [
            shared("chunk_1", &["compare", "machines"]),
            shared("chunk_22", &["activity", "compare"]),
            shared("chunk_3", &["compare", "palette"]),
            shared("chunk_4", &["graph", "machines"]),
            shared("chunk_5", &["activity", "graph"]),
        ];
        let places = pack(&folder, &chunks).unwrap_or_else(|error| panic!("{error}"));
        for (chunk, Place { file, within }) in &places {
            let pack = match chunk.as_str() {
                "chunk_1" => "shared",
                "chunk_22" => "first-only",
                "chunk_3" => "others",
                "chunk_4" => "machines-only",
                _ => "first",
            };
            assert_eq!(file.rsplit_once('-').map(|(name, _)| name), Some(pack), "{chunk}");
            let bytes = fs::read(folder.join(file)).unwrap_or_default();
            let (from, to) = within.unwrap_or_default();
            assert_eq!(bytes.get(from..to), Some(chunk.repeat(2).as_bytes()), "{chunk}");
        }
        assert_eq!(places.len(), 5);
        let _ = fs::remove_dir_all(&folder);
    }
}
