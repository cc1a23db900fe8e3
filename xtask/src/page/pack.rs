//! What parts share, packed: the splitter makes a file for every set of parts that share something, many of a few
//! hundred bytes, and each would be a request of its own.

use std::{collections::BTreeSet, fs, path::Path};

use super::place::{Place, named};
use crate::command::{Done, During};

/// The parts that the first page loads by itself once it stands. What they need is one pack; the rest is another, so
/// that the first page does not wait for what only others need.
const FIRST: [&str; 3] = ["actions", "activity", "below"];

/// Packs the chunks, each with the parts that share it, and removes their files. Gives where each is now.
pub(super) fn pack(folder: &Path, chunks: &[(String, BTreeSet<String>)]) -> Done<Vec<(String, Place)>> {
    let is_first = |parts: &BTreeSet<String>| FIRST.iter().any(|part| parts.contains(*part));
    let (first, rest): (Vec<_>, Vec<_>) = chunks.iter().partition(|(_, parts)| is_first(parts));
    let mut places = packed(folder, "first", &first)?;
    places.extend(packed(folder, "shared", &rest)?);
    Ok(places)
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
        let all = fs::create_dir_all(&folder)
            .and_then(|()| ["chunk_1", "chunk_22", "chunk_3"].into_iter().try_for_each(write));
        assert!(all.is_ok(), "{all:?}");
        let shared =
            |name: &str, parts: &[&str]| (name.to_owned(), parts.iter().map(|it| (*it).to_owned()).collect());
        let chunks = [
            shared("chunk_1", &["compare", "machines"]),
            shared("chunk_22", &["activity", "compare"]),
            shared("chunk_3", &["compare", "palette"]),
        ];
        let places = pack(&folder, &chunks).unwrap_or_else(|error| panic!("{error}"));
        for (chunk, Place { file, within }) in &places {
            assert_eq!(file.starts_with("first-"), chunk == "chunk_22", "{file}");
            let bytes = fs::read(folder.join(file)).unwrap_or_default();
            let (from, to) = within.unwrap_or_default();
            assert_eq!(bytes.get(from..to), Some(chunk.repeat(2).as_bytes()), "{chunk}");
        }
        assert_eq!(places.len(), 3);
        let _ = fs::remove_dir_all(&folder);
    }
}
