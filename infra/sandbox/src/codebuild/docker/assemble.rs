//! Puts an image together: the base's files, then the copied ones, and the configuration.

use std::{
    fmt::Write as _,
    fs,
    path::{Component, Path, PathBuf},
};

use serde_json::{Value, json};

use super::{
    super::{artifact, trouble, workshop::Workshop},
    dockerfile::{Instruction, Step},
    with_tag,
};
use crate::ecr::{self, store};

/// What nginx's own image serves until something else is put in its place.
const NGINX: [(&str, &str); 2] = [
    (
        "etc/nginx/conf.d/default.conf",
        "server {\n    listen 80;\n    root /usr/share/nginx/html;\n    index index.html;\n}\n",
    ),
    (
        "usr/share/nginx/html/index.html",
        "<!doctype html><title>nginx</title><p>Nothing is installed here yet.\n",
    ),
];

/// Carries out the steps in the workshop's stage. Gives the configuration and what docker would say.
pub(super) fn assemble(
    workshop: &Workshop,
    context: &Path,
    steps: &[Instruction],
) -> Result<(Value, String), String> {
    let context = context
        .canonicalize()
        .map_err(|error| format!("{}: {}", context.display(), trouble::words(&error)))?;
    let _ = fs::remove_dir_all(&workshop.stage);
    fs::create_dir_all(&workshop.stage).map_err(|error| trouble::words(&error))?;
    let ignored = ignored(&context);
    let mut config = Value::Null;
    let mut said = String::new();
    for (count, Instruction { number, line, step }) in steps.iter().enumerate() {
        let _ = writeln!(said, "Step {}/{} : {line}", count + 1, steps.len());
        let at = |error: String| format!("dockerfile line {number}: {error}");
        let settings = &mut config["config"];
        match step {
            Step::From(image) => config = base(workshop, image).map_err(at)?,
            Step::Copy(sources, to) => {
                let folder = settings["WorkingDir"].as_str().unwrap_or("/").to_owned();
                copy(&context, &ignored, &workshop.stage, sources, (&folder, to)).map_err(at)?;
            }
            Step::Env(name, value) => set_variable(settings, name, value),
            Step::Label(name, value) => settings["Labels"][name] = json!(value),
            Step::Expose(port) => {
                let port = if port.contains('/') { port.clone() } else { format!("{port}/tcp") };
                settings["ExposedPorts"][port] = json!({});
            }
            Step::WorkDir(folder) => settings["WorkingDir"] = json!(folder),
            Step::User(user) => settings["User"] = json!(user),
            Step::Cmd(words) => settings["Cmd"] = json!(words),
            Step::Entrypoint(words) => settings["Entrypoint"] = json!(words),
        }
    }
    Ok((config, said))
}

/// Lays out the base image and gives its configuration.
fn base(workshop: &Workshop, image: &str) -> Result<Value, String> {
    let name = image.split('@').next().unwrap_or(image);
    let name = name.rsplit('/').next().unwrap_or(name);
    let short = name.split(':').next().unwrap_or(name);
    let mut config = json!({ "architecture": "amd64", "os": "linux", "config": { "Env": [], "Cmd": [], "WorkingDir": "/" } });
    let local = workshop.images.lock().map_err(|error| error.to_string())?.get(&with_tag(image)).cloned();
    let own = match local {
        Some(digest) => Some(digest),
        None => workshop.sandbox.with(|world| ecr::image(world, image).ok()).map(|image| image.digest),
    };
    if let Some(stored) = own.and_then(|digest| store::read(&workshop.data, &digest)) {
        let root = store::root(&workshop.data, &stored.digest).ok_or("the base image is damaged")?;
        artifact::copy(&root, &workshop.stage).map_err(|error| trouble::words(&error))?;
        return Ok(stored.config);
    }
    match short {
        "scratch" => {}
        "nginx" | "nginx-unprivileged" => {
            for (path, text) in NGINX {
                write(&workshop.stage.join(path), text).map_err(|error| trouble::words(&error))?;
            }
            config["config"]["Cmd"] = json!(["nginx", "-g", "daemon off;"]);
            config["config"]["ExposedPorts"] = json!({ "80/tcp": {} });
        }
        _ => {
            return Err(format!(
                "pull access denied for {image}: the sandbox has nginx, scratch and images that it built itself"
            ));
        }
    }
    Ok(config)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

fn set_variable(settings: &mut Value, name: &str, value: &str) {
    let start = format!("{name}=");
    if let Some(all) = settings["Env"].as_array_mut() {
        all.retain(|entry| entry.as_str().is_none_or(|entry| !entry.starts_with(&start)));
        all.push(json!(format!("{start}{value}")));
    }
}

/// Copies as `COPY` does: a folder's content, or files into a folder that ends with `/` or is one.
fn copy(
    context: &Path,
    ignored: &[String],
    stage: &Path,
    sources: &[String],
    (folder, to): (&str, &str),
) -> Result<(), String> {
    let whole = if to.starts_with('/') { to.to_owned() } else { format!("{folder}/{to}") };
    let target =
        artifact::inside(stage, &whole).ok_or_else(|| format!("COPY: {to} leads out of the image"))?;
    let mut all = Vec::new();
    store::walk(context, &mut all).map_err(|error| trouble::words(&error))?;
    let into = to.ends_with('/') || to == "." || sources.len() > 1 || target.is_dir();
    for source in sources {
        let pattern = plain(source)?;
        let mut found = false;
        for path in &all {
            let name = path.strip_prefix(context).unwrap_or(path).to_string_lossy();
            let Some(place) = place(&pattern, &name, into) else { continue };
            found = true;
            if ignored
                .iter()
                .any(|pattern| artifact::matches(pattern, &name) || below(pattern, &name).is_some())
            {
                continue;
            }
            let to = if place.is_empty() { target.clone() } else { target.join(place) };
            put(path, &to).map_err(|error| format!("COPY {name}: {}", trouble::words(&error)))?;
        }
        if !found {
            return Err(format!(
                "COPY failed: no source files were specified: {source} is not in the context"
            ));
        }
    }
    Ok(())
}

/// Where a file of the context goes, below the destination; `None` if it is not meant.
fn place(pattern: &str, name: &str, into: bool) -> Option<String> {
    if let Some(rest) = below(pattern, name) {
        return Some(rest.to_owned());
    }
    let short = name.rsplit('/').next().unwrap_or(name);
    artifact::matches(pattern, name)
        .then(|| if into || pattern.contains(['*', '?']) { short.to_owned() } else { String::new() })
}

fn below<'a>(folder: &str, name: &'a str) -> Option<&'a str> {
    if folder.is_empty() {
        return Some(name);
    }
    name.strip_prefix(folder)?.strip_prefix('/')
}

fn put(from: &Path, to: &Path) -> std::io::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(from, to).map(drop)
}

/// A source without `./` and `/` around it; empty for the context itself.
fn plain(source: &str) -> Result<String, String> {
    let mut plain = PathBuf::new();
    for component in Path::new(source).components() {
        match component {
            Component::Normal(part) => plain.push(part),
            Component::CurDir | Component::RootDir => {}
            _ => return Err(format!("COPY: {source} leads out of the context")),
        }
    }
    Ok(plain.to_string_lossy().into_owned())
}

fn ignored(context: &Path) -> Vec<String> {
    let text = fs::read_to_string(context.join(".dockerignore")).unwrap_or_default();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.trim_matches('/').to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_where_copy_puts_it() {
        for (pattern, name, into, expected) in [
            ("index.html", "index.html", false, Some("")),
            ("index.html", "index.html", true, Some("index.html")),
            ("dist", "dist/api/a.json", true, Some("api/a.json")),
            ("", "a/b", false, Some("a/b")),
            ("*.json", "a.json", false, Some("a.json")),
            ("dist", "distant/a", true, None),
            ("dist/*.html", "dist/a.html", true, Some("a.html")),
        ] {
            assert_eq!(place(pattern, name, into).as_deref(), expected, "{pattern} {name}");
        }
        assert!(plain("../x").is_err());
    }
}
