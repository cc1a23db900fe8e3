//! The documents: lists of small objects, as interfaces answer them, in five sizes and five cases.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use crate::command::{Done, During};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) name: &'static str,
    pub(super) bytes: usize,
}

pub(super) const SIZES: [Size; 5] = [
    Size { name: "1 kB", bytes: 1 << 10 },
    Size { name: "64 kB", bytes: 64 << 10 },
    Size { name: "1 MB", bytes: 1 << 20 },
    Size { name: "4 MB", bytes: 4 << 20 },
    Size { name: "16 MB", bytes: 16 << 20 },
];

/// How the right document differs from the left one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Same,
    OneLeaf,
    Shifted,
    Reordered,
    Random,
}

pub(super) const CASES: [Case; 5] = [Case::Same, Case::OneLeaf, Case::Shifted, Case::Reordered, Case::Random];

impl Case {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::OneLeaf => "one leaf",
            Self::Shifted => "array shifted by one",
            Self::Reordered => "reordered",
            Self::Random => "random",
        }
    }

    /// How many differences there are, where that is beyond argument.
    pub(super) fn truth(self) -> Option<u64> {
        match self {
            Self::Same => Some(0),
            Self::OneLeaf | Self::Shifted => Some(1),
            Self::Reordered | Self::Random => None,
        }
    }

    fn changed(self, items: &[String]) -> Vec<String> {
        let count = items.len();
        match self {
            Self::Same => items.to_vec(),
            Self::OneLeaf => {
                let change = |(at, it): (usize, &String)| {
                    if at == count / 2 { it.replace("\"ok\":true", "\"ok\":false") } else { it.clone() }
                };
                items.iter().enumerate().map(change).collect()
            }
            Self::Shifted => std::iter::once(item(1, 9)).chain(items.iter().cloned()).collect(),
            // 7919 is a prime that divides no count.
            Self::Reordered => (0..count).map(|at| items[at * 7919 % count].clone()).collect(),
            Self::Random => (0..count).map(|at| item(at, 3)).collect(),
        }
    }
}

/// Writes both documents, unless they are there.
pub(super) fn write(folder: &Path, size: Size, case: Case) -> Done<[PathBuf; 2]> {
    let name = |what: &str| folder.join(format!("{}-{what}.json", size.bytes));
    let paths = [name("left"), name(&case.name().replace(' ', "-"))];
    if paths.iter().all(|path| path.exists()) {
        return Ok(paths);
    }
    let items = items(size.bytes);
    for (path, items) in [(&paths[0], items.clone()), (&paths[1], case.changed(&items))] {
        let text = format!(r#"{{"version":1,"items":[{}]}}"#, items.join(","));
        fs::write(path, text).during("write a document")?;
    }
    Ok(paths)
}

fn items(bytes: usize) -> Vec<String> {
    let (mut items, mut length) = (Vec::new(), 0);
    while length < bytes {
        let item = item(items.len(), 0);
        length += item.len() + 1;
        items.push(item);
    }
    items
}

fn item(id: usize, salt: usize) -> String {
    let number = (id * 7919 + salt * 104_729) % 10_007;
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        r#"{{"id":{},"name":"item {number}","price":{number}.5,"tags":["t{}","t{}"],"stock":{{"here":{},"there":{}}},"note":null,"ok":true}}"#,
        id + salt * 10_000_000,
        number % 7,
        number % 11,
        number % 13,
        number % 17,
    );
    text
}
