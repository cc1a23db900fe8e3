//! Builds the page in its parts, compresses its files ahead, and measures what a visit loads.

mod imports;
mod loader;
mod pack;
mod place;
mod size;
pub(crate) mod split;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;

pub(crate) use self::size::Sizes;
use crate::{
    command::{Done, During, run, with_path},
    paths, progress, tools,
};

#[derive(Args)]
pub(crate) struct ServeOptions {
    /// What else `trunk serve` is told, after `--`.
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Builds the page into `frontend/dist`. Gives what a visit loads of it.
pub(crate) fn build() -> Done<Sizes> {
    tools::prepare_cache()?;
    let page_tools = tools::for_page()?;
    let frontend = paths::root().join("frontend");
    let source = entry(&frontend, page_tools.has_wasm_opt)?;
    let mut trunk = trunk(&page_tools)?;
    trunk.args(["build", "--release", "--features", "split", "--html-output", "index.html", source]);
    if page_tools.has_wasm_opt {
        trunk.env(split::SMALL, "true");
    }
    let built = progress::run(&mut trunk, "page", "build the page").map(drop);
    if source != "index.html" {
        fs::remove_file(frontend.join(source)).during("remove the unoptimised entry of the page")?;
    }
    built?;
    compress(&paths::dist())?;
    Sizes::measure(&paths::dist(), &parts().join(split::LIST))
}

/// Serves the page with trunk, built anew at every change, until it is stopped.
pub(crate) fn serve(options: &ServeOptions) -> Done {
    tools::prepare_cache()?;
    let mut trunk = trunk(&tools::for_page()?)?;
    trunk.args(["serve", "--features", "split"]).args(&options.arguments);
    run(&mut trunk, "serve the page")
}

/// Trunk in the folder of the page, with its tools and the splitter on `PATH`.
fn trunk(page_tools: &tools::PageTools) -> Done<Command> {
    let splitter = stand_in()?;
    let mut trunk = Command::new("trunk");
    trunk
        .current_dir(paths::root().join("frontend"))
        .env("CARGO_TARGET_DIR", paths::target())
        .env(split::PARTS, parts())
        .env_remove("NO_COLOR")
        .env("TRUNK_SKIP_VERSION_CHECK", "true");
    let folders = std::iter::once(splitter.as_path()).chain(page_tools.folders.iter().map(PathBuf::as_path));
    with_path(&mut trunk, &folders.collect::<Vec<_>>());
    Ok(trunk)
}

/// Where the splitter puts the page's parts.
fn parts() -> PathBuf {
    paths::target().join("page-parts")
}

/// A folder in which this toolbox goes by the name of wasm-bindgen.
fn stand_in() -> Done<PathBuf> {
    let folder = paths::target().join("page-tools");
    fs::create_dir_all(&folder).during("make a folder for the step before wasm-bindgen")?;
    let name = folder.join(format!("{}{}", split::NAME, std::env::consts::EXE_SUFFIX));
    let own = std::env::current_exe().during("find the toolbox's own program")?;
    let _ = fs::remove_file(&name);
    #[cfg(unix)]
    std::os::unix::fs::symlink(own, name).during("link the step before wasm-bindgen")?;
    #[cfg(not(unix))]
    fs::copy(own, name).during("copy the step before wasm-bindgen").map(drop)?;
    Ok(folder)
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

/// Writes a `.br` beside every file that gains by it.
fn compress(dist: &Path) -> Done {
    for file in fs::read_dir(dist).during("read the built page")? {
        let path = file.during("read the built page")?.path();
        let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
        if !matches!(kind, "html" | "js" | "css" | "wasm" | "pack" | "svg" | "json") {
            continue;
        }
        let plain = fs::read(&path).during("read a file of the page")?;
        let mut packed = Vec::new();
        let mut writer = brotli::CompressorWriter::new(&mut packed, 1 << 16, 11, 22);
        writer.write_all(&plain).during("compress a file of the page")?;
        drop(writer);
        fs::write(path.with_extension(format!("{kind}.br")), packed)
            .during("write a compressed file of the page")?;
    }
    Ok(())
}
