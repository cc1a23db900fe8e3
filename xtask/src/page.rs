//! Builds the page, compresses its files ahead, and measures what a first visit loads.

use std::{fs, io::Write, path::Path, process::Command};

use crate::{
    command::{Done, During, fail, with_path},
    paths, progress, tools,
};

/// What a first visit may load at most, compressed.
pub(crate) const FIRST_LOAD_LIMIT: u64 = 350_000;

/// Builds the page into `frontend/dist`. Gives the bytes of a first visit.
pub(crate) fn build() -> Done<u64> {
    tools::prepare_cache()?;
    let page_tools = tools::for_page()?;
    let frontend = paths::root().join("frontend");
    let source = entry(&frontend, page_tools.has_wasm_opt)?;
    let mut trunk = Command::new("trunk");
    trunk
        .args(["build", "--release", "--html-output", "index.html", source])
        .current_dir(&frontend)
        .env("CARGO_TARGET_DIR", paths::target())
        .env_remove("NO_COLOR")
        .env("TRUNK_SKIP_VERSION_CHECK", "true");
    let folders: Vec<_> = page_tools.folders.iter().map(std::path::PathBuf::as_path).collect();
    with_path(&mut trunk, &folders);
    let built = progress::run(&mut trunk, "page", "build the page").map(|_| ());
    if source != "index.html" {
        fs::remove_file(frontend.join(source)).during("remove the unoptimised entry of the page")?;
    }
    built?;
    compress(&paths::dist())
}

/// The page's entry. Without wasm-opt a copy that does not ask for it: only the size differs.
fn entry(frontend: &Path, has_wasm_opt: bool) -> Done<&'static str> {
    if has_wasm_opt {
        return Ok("index.html");
    }
    let html = fs::read_to_string(frontend.join("index.html")).during("read the page's index.html")?;
    let name = "index.unoptimised.html";
    fs::write(frontend.join(name), html.replace("data-wasm-opt=\"z\"", "data-wasm-opt=\"0\""))
        .during("write the page's entry")?;
    Ok(name)
}

/// Writes a `.br` beside every file that gains by it. Gives their sum: a first visit loads them all.
fn compress(dist: &Path) -> Done<u64> {
    let mut sum = 0;
    for file in fs::read_dir(dist).during("read the built page")? {
        let path = file.during("read the built page")?.path();
        let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
        if !matches!(kind, "html" | "js" | "css" | "wasm" | "svg" | "json") {
            continue;
        }
        let plain = fs::read(&path).during("read a file of the page")?;
        let mut packed = Vec::new();
        let mut writer = brotli::CompressorWriter::new(&mut packed, 1 << 16, 11, 22);
        writer.write_all(&plain).during("compress a file of the page")?;
        drop(writer);
        sum += packed.len() as u64;
        fs::write(path.with_extension(format!("{kind}.br")), packed)
            .during("write a compressed file of the page")?;
    }
    Ok(sum)
}

/// Fails when the page has grown beyond what a first visit may load.
pub(crate) fn check_size(first_load: u64) -> Done {
    eprintln!(
        "A first visit loads {:.1} kB (brotli); {:.0} kB are allowed.",
        thousand(first_load),
        thousand(FIRST_LOAD_LIMIT)
    );
    if first_load > FIRST_LOAD_LIMIT {
        return fail(format!("The page is {:.1} kB too large.", thousand(first_load - FIRST_LOAD_LIMIT)));
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "sizes of files, printed with one decimal")]
fn thousand(bytes: u64) -> f64 {
    bytes as f64 / 1_000.0
}
