//! What a target begins with: inputs that mean something, regressions, and words of its language.

use std::{fs, io, path::PathBuf};

/// The folder of the fuzz targets in the checkout.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Where the inputs of a target lie, regressions among them.
pub(crate) fn folder(target: &str) -> PathBuf {
    root().join("corpus").join(target)
}

/// Every input of a target, in the order of their names.
pub(crate) fn inputs(target: &str) -> io::Result<Vec<Vec<u8>>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder(target))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    files.into_iter().map(fs::read).collect()
}

/// The words of a target's language: one a line, with `\n` for a line's end.
pub(crate) fn words(target: &str) -> Vec<Vec<u8>> {
    let text =
        fs::read_to_string(root().join("dictionary").join(format!("{target}.txt"))).unwrap_or_default();
    text.lines()
        .filter(|line| !line.is_empty())
        .map(|line| line.replace("\\n", "\n").replace("\\s", " ").into_bytes())
        .collect()
}

/// Keeps an input that broke a promise, to be tried first from now on. Gives where it lies.
pub(crate) fn keep(target: &str, input: &[u8]) -> io::Result<PathBuf> {
    let digest = input.iter().fold(0xCBF2_9CE4_8422_2325_u64, |digest, byte| {
        (digest ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    });
    let path = folder(target).join(format!("regression-{digest:016x}"));
    fs::write(&path, input)?;
    Ok(path)
}
