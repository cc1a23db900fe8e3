//! `cargo xtask image`: the console as a container image, without a daemon: an OCI layout that every registry tool
//! pushes.
//!
//! The server is linked statically (musl) and built without the sandbox; beside it the image holds the
//! certificates of the web's authorities, a user without rights and an empty folder for data, nothing else. The
//! build is skipped while nothing that goes into it has changed.

mod archive;
mod layout;
mod recipe;
mod root;
mod start;

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;

use recipe::Recipe;

use crate::{
    command::{self, Done, During, cargo, fail},
    demo, page, paths, tools,
};

const TARGET: &str = "x86_64-unknown-linux-musl";
/// What the whole image may weigh, unpacked.
const LIMIT: u64 = 40_000_000;

#[derive(Args, Default)]
pub(crate) struct Options {
    /// Where the OCI layout is put; the cache folder unless told.
    #[arg(long)]
    output: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Done {
    page::build()?;
    let made = make(options)?;
    if made.unpacked > LIMIT {
        return fail(format!(
            "The image weighs {:.1} MB; {:.0} are the limit.",
            megabytes(made.unpacked),
            megabytes(LIMIT)
        ));
    }
    start::check(&made.root, &made.recipe, &[])?;
    eprintln!(
        "The image is {} with the digest {}.\nIt weighs {:.1} MB unpacked and {:.1} MB to pull. Push it with a tool for registries:\n  skopeo copy oci:{} docker://REPOSITORY:TAG",
        made.folder.display(),
        made.digest,
        megabytes(made.unpacked),
        megabytes(made.packed),
        made.folder.display()
    );
    Ok(())
}

/// For the tests: the recipe is read, and the program that they have built is started from a root that is laid as
/// the image's. Linking it statically is all that `cargo xtask image` does besides.
pub(crate) fn check() -> Done {
    let root = paths::cache().join("image").join("root-of-the-tests");
    let recipe = recipe::read()?;
    root::lay(&root, &demo::binary(), recipe.user()?)?;
    start::check(&root, &recipe, &start::libraries())
}

/// An image that was made.
struct Made {
    /// The OCI layout.
    folder: PathBuf,
    /// Its root file system, as a folder.
    root: PathBuf,
    recipe: Recipe,
    digest: String,
    unpacked: u64,
    packed: u64,
}

fn make(options: &Options) -> Done<Made> {
    let work = paths::cache().join("image");
    let root = work.join("root");
    let recipe = recipe::read()?;
    let user = recipe.user()?;
    let binary = binary()?;
    root::lay(&root, &binary, user)?;
    let layer = archive::pack(&root)?;
    let folder = options.output.clone().unwrap_or_else(|| work.join("oci"));
    let digest = layout::write(&folder, &recipe, &layer)?;
    let packed = u64::try_from(layer.packed.len()).unwrap_or(u64::MAX);
    Ok(Made { folder, root, recipe, digest, unpacked: layer.unpacked, packed })
}

/// The server as it is linked into the image. cargo knows whether anything that goes into it has changed.
fn binary() -> Done<PathBuf> {
    tools::for_image(TARGET)?;
    let arguments = [
        "build",
        "--package",
        "viridian-server",
        "--bin",
        "viridian",
        "--no-default-features",
        "--profile",
        "image",
        "--target",
        TARGET,
    ];
    command::run(&mut cargo(&arguments), "build the server for the image")?;
    let built = paths::target().join(TARGET).join("image").join("viridian");
    is_static(&built)?;
    Ok(built)
}

/// A binary that asks for a loader would find none in the image.
fn is_static(binary: &Path) -> Done {
    let bytes = fs::read(binary).during(&format!("read {}", binary.display()))?;
    // The name of a loader stands in the file itself.
    let loader = b"/lib64/ld-linux";
    if bytes.windows(loader.len()).take(4096).any(|window| window == loader) {
        return fail(format!("{} is not linked statically.", binary.display()));
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a size that a person reads")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
