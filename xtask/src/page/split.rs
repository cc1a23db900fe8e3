//! Stands before wasm-bindgen on `PATH` while the page is built: cuts the parts that are loaded later out of the
//! page's code, then calls the real wasm-bindgen on what is left.
//!
//! Trunk has no step between cargo and wasm-bindgen, but takes the wasm-bindgen that it finds first. So this
//! toolbox is put there under that name by `page::build`; a call that has nothing to split is passed on as it is.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    sync::Mutex,
    thread,
};

use super::{
    imports, loader, pack,
    place::{Place, named},
};
use crate::command::{Done, During, Failure, fail, run, run_quietly};

/// The name under which the toolbox is the step before wasm-bindgen.
pub(crate) const NAME: &str = "wasm-bindgen";
/// Where the parts go; `style/parts.sh` puts them beside the page.
pub(crate) const PARTS: &str = "VIRIDIAN_PARTS";
/// Set where the parts are to be as small as wasm-opt makes them.
pub(crate) const SMALL: &str = "VIRIDIAN_PARTS_SMALL";
/// Lists the files of each part, for the size check; it is not part of the page.
pub(crate) const LIST: &str = "parts.json";

/// What code that is to be split imports until it is.
const MARK: &[u8] = b"__wasm_split_placeholder__";
/// The splitter's own loader of the parts.
const LOADER: &str = "__wasm_split.js";
/// How wasm-opt makes code smallest; the page's entry asks for the same.
const PASSES: [&str; 4] = ["--flatten", "--rereloop", "-Oz", "-Oz"];
/// What browsers have had for years; wasm-opt does not see by itself what the parts use.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-multivalue",
];

/// Whether somebody who wants wasm-bindgen called this program.
pub(crate) fn is_called() -> bool {
    env::args_os().next().is_some_and(|name| Path::new(&name).file_stem() == Some(OsStr::new(NAME)))
}

/// Does what the caller wants of wasm-bindgen.
pub(crate) fn stand_in() -> ExitCode {
    match split(env::args_os().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn split(mut arguments: Vec<OsString>) -> Done {
    let is_code = |it: &OsString| Path::new(it).extension() == Some(OsStr::new("wasm"));
    let input = arguments.iter().rposition(is_code).filter(|at| {
        fs::read(&arguments[*at]).is_ok_and(|code| code.windows(MARK.len()).any(|part| part == MARK))
    });
    let Some(at) = input else { return run(Command::new(real()?).args(arguments), "call wasm-bindgen") };
    let (Some(out), Some(name)) = (option(&arguments, "--out-dir"), option(&arguments, "--out-name")) else {
        return fail("Cannot split the page's code: the call names neither --out-dir nor --out-name.");
    };
    let Some(parts) = env::var_os(PARTS).map(PathBuf::from) else {
        return fail(format!("Cannot split the page's code: {PARTS} names no folder for its parts."));
    };
    let _ = fs::remove_dir_all(&parts);
    fs::create_dir_all(&parts).during("make a folder for the page's parts")?;
    let mut splitter = Command::new("wasm-split-cli");
    run(splitter.arg(&arguments[at]).arg(&parts).arg("--out-name").arg(&name), "split the page's code")?;
    let main = parts.join(&name).with_extension("wasm");
    arguments[at] = main.clone().into();
    let mut bindgen = Command::new(real()?);
    // The parts are linked to what the linker exports, by its names.
    bindgen.args(["--keep-lld-exports", "--no-demangle"]).args(arguments);
    run(&mut bindgen, "call wasm-bindgen on the page's main part")?;
    fs::remove_file(main).during("remove what was split")?;

    let link = fs::read_to_string(parts.join(LOADER)).during("read the loader of the page's parts")?;
    make_small(&parts)?;
    let mut places = pack::pack(&parts, &loader::chunks(&link))?;
    places.extend(name_parts(&parts)?);
    let script = Path::new(&out).join(&name).with_extension("js");
    let code = Path::new(&out).join(format!("{name}_bg.wasm"));
    let text = fs::read_to_string(&script).during("read the page's script")?;
    let main = fs::read(&code).during("read the page's main part")?;
    let (text, main) = imports::count(&text, main);
    fs::write(code, main).during("write the page's main part")?;
    let joined = loader::join(&text, &link, &places)?;
    fs::write(script, joined.script).during("write the page's script")?;
    let list = serde_json::to_string_pretty(&joined.parts).map_err(|error| Failure(error.to_string()))?;
    fs::write(parts.join(LIST), list).during("list the page's parts")?;
    fs::remove_file(parts.join(LOADER)).during("remove the loader that was joined")
}

/// Makes the parts as small as wasm-opt makes them, where that is wanted.
fn make_small(folder: &Path) -> Done {
    if env::var_os(SMALL).is_none() {
        return Ok(());
    }
    // The largest take longest, and are begun first.
    let mut files = code(folder)?;
    files.sort_by_key(|path| fs::metadata(path).map_or(0, |it| it.len()));
    let files = Mutex::new(files);
    let next = || files.lock().ok()?.pop();
    let work = || {
        while let Some(path) = next() {
            let mut optimise = Command::new("wasm-opt");
            optimise.args(PASSES).args(FEATURES).arg(&path).arg("-o").arg(&path);
            // It warns of names of its own in every file.
            run_quietly(&mut optimise, "make a part of the page small")?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let ended = workers.into_iter().map(|it| it.join().unwrap_or_else(|_| fail("A thread broke off.")));
        ended.collect()
    })
}

/// Names each part by its content, so that it may be kept for ever. Gives where each is now, by its old name.
fn name_parts(folder: &Path) -> Done<Vec<(String, Place)>> {
    let mut places = Vec::new();
    for path in code(folder)? {
        let bytes = fs::read(&path).during("read a part of the page")?;
        let old = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let file = format!("{}.wasm", named(old.trim_start_matches("split_"), &bytes));
        fs::rename(&path, folder.join(&file)).during("name a part of the page")?;
        places.push((old, Place { file, within: None }));
    }
    Ok(places)
}

/// The files of code in a folder.
fn code(folder: &Path) -> Done<Vec<PathBuf>> {
    let mut files = Vec::new();
    for file in fs::read_dir(folder).during("list the page's parts")? {
        let path = file.during("list the page's parts")?.path();
        if path.extension() == Some(OsStr::new("wasm")) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The value of an option, behind `=` or in the next argument.
fn option(arguments: &[OsString], name: &str) -> Option<String> {
    let texts: Vec<_> = arguments.iter().map(|it| it.to_string_lossy()).collect();
    let joined = texts.iter().find_map(|it| it.strip_prefix(name)?.strip_prefix('=').map(str::to_owned));
    joined.or_else(|| texts.iter().skip_while(|it| *it != name).nth(1).map(|it| it.clone().into_owned()))
}

/// The wasm-bindgen behind this one.
fn real() -> Done<PathBuf> {
    let own = env::current_exe().and_then(fs::canonicalize).during("find the toolbox's own program")?;
    let paths = env::var_os("PATH").unwrap_or_default();
    let mut found = env::split_paths(&paths).map(|folder| folder.join(NAME));
    let is_other = |it: &PathBuf| fs::canonicalize(it).is_ok_and(|it| it != own && it.is_file());
    found
        .find(is_other)
        .ok_or_else(|| Failure("There is no wasm-bindgen behind this one on PATH.".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_read_in_both_ways_of_writing_it() {
        let arguments = ["--out-dir=a/b", "--out-name", "page", "in.wasm"].map(OsString::from);
        assert_eq!(option(&arguments, "--out-dir").as_deref(), Some("a/b"));
        assert_eq!(option(&arguments, "--out-name").as_deref(), Some("page"));
        assert_eq!(option(&arguments, "--out"), None);
    }
}
