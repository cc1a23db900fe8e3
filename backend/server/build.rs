//! Builds the server again when the page that it embeds was built again, and embeds nothing but the page's files.

use std::{env, fs, io, path::Path};

fn main() {
    let manifest = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let dist = Path::new(&manifest).join("../../frontend/dist");
    // A folder that is missing would be looked for on every build.
    let _ = fs::create_dir_all(&dist);
    println!("cargo::rerun-if-changed={}", dist.display());
    if let Err(error) = only_files(&dist) {
        println!("cargo::error={error}");
    }
}

/// A link would put a file from elsewhere into the program, and onto the web.
fn only_files(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            only_files(&entry.path())?;
        } else if !kind.is_file() {
            let text =
                format!("{} is not a file; take it away and build the page again", entry.path().display());
            return Err(io::Error::other(text));
        }
    }
    Ok(())
}
