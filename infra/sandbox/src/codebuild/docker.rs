//! A stand-in for the docker command: what a build of plain files needs of it.

use std::{fs, path::Path};

mod assemble;
mod dockerfile;

use serde_json::{Value, json};
use viridian_nginx_site::Site;

use super::{
    trouble,
    workshop::{Answer, Workshop},
};
use crate::{
    authorization::{self, RequestContext},
    ecr::{self, store},
};

const HELP: &str = "the sandbox's docker has build, tag, push, images, inspect, login, logout and version";

/// Carries out `docker WORDS` in a folder.
pub(super) fn call(workshop: &Workshop, folder: &Path, words: &[String]) -> Answer {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["build", rest @ ..] | ["image" | "buildx", "build", rest @ ..] => build(workshop, folder, rest),
        ["tag", from, to] | ["image", "tag", from, to] => tag(workshop, from, to),
        ["push", rest @ ..] | ["image", "push", rest @ ..] => push(workshop, rest),
        ["inspect", rest @ ..] | ["image", "inspect", rest @ ..] => inspect(workshop, rest),
        ["images", ..] | ["image", "ls", ..] => Ok(images(workshop)),
        ["login", ..] => Ok("Login Succeeded\n".to_owned()),
        ["logout", ..] => Ok("Removing login credentials\n".to_owned()),
        ["version" | "--version" | "-v", ..] => Ok("Docker version 27.0.0, build sandbox\n".to_owned()),
        ["info", ..] => Ok("Server Version: sandbox\n".to_owned()),
        [word, ..] => Err(format!("`{word}` is not there: {HELP}")),
        [] => Err(HELP.to_owned()),
    };
    match result {
        Ok(out) => Answer::said(out),
        Err(error) => Answer::failed(1, format!("docker: {error}\n")),
    }
}

/// The options of `docker build`.
#[derive(Debug, Default, PartialEq)]
struct Build {
    tags: Vec<String>,
    file: Option<String>,
    arguments: Vec<(String, String)>,
    labels: Vec<(String, String)>,
    quiet: bool,
    context: String,
}

fn build_options(words: &[&str]) -> Result<Build, String> {
    let mut build = Build::default();
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        let (name, joined) = match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value)),
            _ => (word, None),
        };
        let mut value = || joined.or_else(|| words.next()).ok_or_else(|| format!("{name} needs a value"));
        match name {
            "-t" | "--tag" => build.tags.push(with_tag(value()?)),
            "-f" | "--file" => build.file = Some(value()?.to_owned()),
            "--build-arg" => build.arguments.push(pair(value()?)),
            "--label" => build.labels.push(pair(value()?)),
            "--platform" | "--progress" | "--provenance" | "--cache-from" | "--network" => drop(value()?),
            "-q" | "--quiet" => build.quiet = true,
            "--pull" | "--no-cache" | "--rm" | "--force-rm" | "--load" => {}
            option if option.starts_with('-') && option != "-" => {
                return Err(format!("the sandbox's docker build has no {option}"));
            }
            context => context.clone_into(&mut build.context),
        }
    }
    if build.context.is_empty() || build.context == "-" {
        return Err("docker build needs the folder of its context".to_owned());
    }
    Ok(build)
}

/// Refuses an image whose configuration asks for what nginx has and the sandbox does not carry out, with its file and
/// line. What nginx itself would not start with is told where AWS tells it: by the task.
fn is_carried_out(stage: &Path, config: &Value) -> Result<(), String> {
    match Site::load(stage, &store::variables(config)) {
        Err(error) if viridian_nginx_site::is_missing_here(&error) => Err(error),
        _ => Ok(()),
    }
}

fn build(workshop: &Workshop, folder: &Path, words: &[&str]) -> Result<String, String> {
    let options = build_options(words)?;
    let context = folder.join(&options.context);
    let file = match &options.file {
        Some(file) => folder.join(file),
        None => context.join("Dockerfile"),
    };
    let text = fs::read_to_string(&file).map_err(|error| {
        format!("failed to read dockerfile {}: {}", file.display(), trouble::words(&error))
    })?;
    let steps = dockerfile::parse(&text, &options.arguments)?;
    let (mut config, said) = assemble::assemble(workshop, &context, &steps)?;
    for (name, value) in options.labels {
        config["config"]["Labels"][name] = json!(value);
    }
    is_carried_out(&workshop.stage, &config)?;
    let stored =
        store::add(&workshop.data, &workshop.stage, config).map_err(|error| trouble::words(&error))?;
    let mut images = workshop.images.lock().map_err(|error| error.to_string())?;
    images.insert(stored.digest.clone(), stored.digest.clone());
    for tag in &options.tags {
        images.insert(tag.clone(), stored.digest.clone());
    }
    if options.quiet {
        return Ok(format!("{}\n", stored.digest));
    }
    let tags = options.tags.iter().map(|tag| format!("Successfully tagged {tag}\n")).collect::<Vec<_>>();
    Ok(format!("{said}Successfully built {}\n{}", &stored.digest[7..19], tags.concat()))
}

fn tag(workshop: &Workshop, from: &str, to: &str) -> Result<String, String> {
    let digest = find(workshop, from)?;
    workshop.images.lock().map_err(|error| error.to_string())?.insert(with_tag(to), digest);
    Ok(String::new())
}

/// The digest of an image that this build made.
fn find(workshop: &Workshop, reference: &str) -> Result<String, String> {
    let images = workshop.images.lock().map_err(|error| error.to_string())?;
    let missing = || format!("No such image: {reference}");
    images.get(reference).or_else(|| images.get(&with_tag(reference))).cloned().ok_or_else(missing)
}

fn push(workshop: &Workshop, words: &[&str]) -> Result<String, String> {
    let reference = words.iter().find(|word| !word.starts_with('-')).ok_or("docker push needs an image")?;
    if words.iter().any(|word| matches!(*word, "-a" | "--all-tags")) {
        return Err("the sandbox's docker pushes one tag at a time".to_owned());
    }
    let reference = with_tag(reference);
    let digest = find(workshop, &reference)?;
    let stored = store::read(&workshop.data, &digest).ok_or_else(|| format!("No such image: {reference}"))?;
    let size = store::size(&stored.manifest);
    let input = |repository: &str, tag: &str| json!({ "repositoryName": repository, "imageTag": tag, "imageManifest": stored.manifest });
    let pushed = workshop.sandbox.with(|world| {
        let host = ecr::host(world);
        let name = reference.strip_prefix(&format!("{host}/")).and_then(|name| name.rsplit_once(':'));
        let Some((repository, tag)) = name else {
            return Err(format!("no registry but {host} can be pushed to from the sandbox"));
        };
        let push = RequestContext::PushImage { repository };
        authorization::perform(world, &workshop.caller, push)
            .map_err(|error| format!("denied: {}", error.message))?;
        match world.call(&workshop.caller, "ecr", "PutImage", input(repository, tag)) {
            Ok(_) => Ok(()),
            // The same image under the same tag is what was asked for.
            Err(error) if error.code == "ImageAlreadyExistsException" => Ok(()),
            Err(error) if error.code == "ImageTagAlreadyExistsException" => {
                Err(format!("tag invalid: {}", error.message))
            }
            Err(error) if error.code == "RepositoryNotFoundException" => {
                Err(format!("name unknown: {}", error.message))
            }
            Err(error) => Err(error.message),
        }
    });
    pushed?;
    let (name, tag) = reference.rsplit_once(':').unwrap_or((&reference, ""));
    let mut images = workshop.images.lock().map_err(|error| error.to_string())?;
    images.insert(format!("{name}@{digest}"), digest.clone());
    Ok(format!("The push refers to repository [{name}]\n{tag}: digest: {digest} size: {size}\n"))
}

fn inspect(workshop: &Workshop, words: &[&str]) -> Result<String, String> {
    let (mut format, mut reference) = (None, None);
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        match word {
            "-f" | "--format" => format = words.next(),
            "--type=image" => {}
            word if word.starts_with("--format=") => format = word.strip_prefix("--format="),
            word if word.starts_with('-') => {
                return Err(format!("the sandbox's docker inspect has no {word}"));
            }
            word => reference = Some(word),
        }
    }
    let digest = find(workshop, reference.ok_or("docker inspect needs an image")?)?;
    let (tags, digests) = names(workshop, &digest)?;
    match format.map(|format| format.replace(' ', "")).as_deref() {
        None => {
            let config = store::read(&workshop.data, &digest).map(|stored| stored.config).unwrap_or_default();
            let all = json!([{
                "Id": digest, "RepoTags": tags, "RepoDigests": digests, "Config": config["config"],
                "Architecture": config["architecture"], "Os": config["os"],
            }]);
            Ok(format!("{all:#}\n"))
        }
        Some("{{.Id}}" | "{{.ID}}") => Ok(format!("{digest}\n")),
        Some("{{index.RepoDigests0}}") => match digests.first() {
            Some(first) => Ok(format!("{first}\n")),
            None => Err("template parsing error: index out of range: 0: the image was not pushed".to_owned()),
        },
        Some("{{json.RepoDigests}}") => Ok(format!("{}\n", json!(digests))),
        Some(other) => Err(format!(
            "the sandbox's docker inspect does not have the format {other}: it has {{{{.Id}}}}, \
             {{{{index .RepoDigests 0}}}} and {{{{json .RepoDigests}}}}"
        )),
    }
}

/// The references that name an image by tag, and those that name it by digest.
fn names(workshop: &Workshop, digest: &str) -> Result<(Vec<String>, Vec<String>), String> {
    let images = workshop.images.lock().map_err(|error| error.to_string())?;
    let mut names: Vec<&String> = images
        .iter()
        .filter(|(name, there)| *there == digest && *name != digest)
        .map(|(name, _)| name)
        .collect();
    names.sort();
    let (digests, tags) = names.into_iter().cloned().partition(|name| name.contains('@'));
    Ok((tags, digests))
}

fn images(workshop: &Workshop) -> String {
    let images = workshop.images.lock().map(|images| images.clone()).unwrap_or_default();
    let mut lines: Vec<String> = images
        .iter()
        .filter(|(name, _)| !name.contains('@') && !name.starts_with("sha256:"))
        .map(|(name, digest)| {
            let (repository, tag) = name.rsplit_once(':').unwrap_or((name, "latest"));
            format!("{repository}   {tag}   {}\n", &digest[7..19])
        })
        .collect();
    lines.sort();
    format!("REPOSITORY   TAG   IMAGE ID\n{}", lines.concat())
}

fn with_tag(reference: &str) -> String {
    let name = reference.rsplit('/').next().unwrap_or(reference);
    if name.contains([':', '@']) { reference.to_owned() } else { format!("{reference}:latest") }
}

fn pair(text: &str) -> (String, String) {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    (name.to_owned(), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_build_are_read_and_unknown_ones_refused() {
        assert!(build_options(&["-t", "a"]).unwrap_err().contains("context"));
        assert!(build_options(&["--squash", "."]).unwrap_err().contains("--squash"));
        let build = build_options(&["--tag=a", "-t", "h:5000/b:1", "--build-arg", "C=1=2", "."]).unwrap();
        assert_eq!(build.tags, ["a:latest", "h:5000/b:1"]);
        assert_eq!(build.arguments, [("C".to_owned(), "1=2".to_owned())]);
        assert_eq!(build.context, ".");
    }
}
