//! What nginx reads when it starts: `nginx.conf` and what it includes, after the templates of the official image
//! have been filled in.

use std::collections::BTreeMap;

use crate::{
    config::{self, Directive},
    directives,
    file::File,
    settings::Server,
};

const MAIN: &str = "/etc/nginx/nginx.conf";
const TEMPLATES: &str = "/etc/nginx/templates/";
const PARTS: &str = "/etc/nginx/conf.d/";
/// How deep files may include each other.
const DEPTH: usize = 8;

/// The servers that nginx would start with, or the sentence with which it would refuse to.
pub(crate) fn servers(
    files: &BTreeMap<String, File>,
    variables: &[(String, String)],
) -> Result<Vec<Server>, String> {
    let texts = texts(files, variables);
    if texts.contains_key(MAIN) {
        let directives = read(MAIN, &texts, 0)?;
        return directives::whole(&directives);
    }
    // The official image's own `nginx.conf` includes these.
    let mut servers = Vec::new();
    for path in matching(&format!("{PARTS}*.conf"), &texts) {
        servers.extend(directives::servers(&read(&path, &texts, 0)?)?);
    }
    if servers.is_empty() {
        servers.push(Server::default());
    }
    Ok(servers)
}

/// Every file below `/etc/nginx`, the filled templates among them.
fn texts(files: &BTreeMap<String, File>, variables: &[(String, String)]) -> BTreeMap<String, String> {
    let text = |file: &File| String::from_utf8_lossy(&file.bytes).into_owned();
    let own = files.iter().filter(|(path, _)| path.starts_with("/etc/nginx/"));
    let mut texts: BTreeMap<String, String> = own.map(|(path, file)| (path.clone(), text(file))).collect();
    let templates = files.iter().filter_map(|(path, file)| {
        let name = path.strip_prefix(TEMPLATES)?.strip_suffix(".template")?;
        Some((format!("{PARTS}{name}"), filled(&text(file), variables)))
    });
    texts.extend(templates);
    texts
}

/// A template with the variables of the container in it, as `envsubst` puts them; nginx's own stay.
fn filled(template: &str, variables: &[(String, String)]) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(place) = rest.find('$') {
        text.push_str(&rest[..place]);
        rest = &rest[place + 1..];
        let braced = rest.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let plain = rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
        let (name, after) = braced.unwrap_or_else(|| rest.split_at(plain.unwrap_or(rest.len())));
        match variables.iter().find(|(known, _)| known == name) {
            Some((_, value)) => {
                text.push_str(value);
                rest = after;
            }
            None => text.push('$'),
        }
    }
    text + rest
}

/// The directives of a file, with those of the files that it includes in their places.
fn read(path: &str, texts: &BTreeMap<String, String>, depth: usize) -> Result<Vec<Directive>, String> {
    let text = texts.get(path).map(String::as_str).unwrap_or_default();
    included(config::parse(text, path)?, texts, depth)
}

fn included(
    directives: Vec<Directive>,
    texts: &BTreeMap<String, String>,
    depth: usize,
) -> Result<Vec<Directive>, String> {
    let mut all = Vec::new();
    for mut directive in directives {
        if directive.name != "include" {
            directive.block = directive.block.map(|block| included(block, texts, depth)).transpose()?;
            all.push(directive);
            continue;
        }
        let [pattern] = directive.words.as_slice() else {
            return Err(directive.refuse("invalid number of arguments in \"include\" directive"));
        };
        let pattern =
            if pattern.starts_with('/') { pattern.clone() } else { format!("/etc/nginx/{pattern}") };
        if depth >= DEPTH {
            return Err(directive.refuse("too many files include each other"));
        }
        let paths = matching(&pattern, texts);
        // The official image brings its own list of types, which is the one used without any.
        if paths.is_empty() && pattern != "/etc/nginx/mime.types" && !pattern.contains('*') {
            return Err(directive.refuse(&format!("open() \"{pattern}\" failed: there is no such file")));
        }
        for path in paths {
            all.extend(read(&path, texts, depth + 1)?);
        }
    }
    Ok(all)
}

/// The files that an `include` means, in the order of their names.
fn matching(pattern: &str, texts: &BTreeMap<String, String>) -> Vec<String> {
    let Some((before, after)) = pattern.split_once('*') else {
        return texts.contains_key(pattern).then(|| pattern.to_owned()).into_iter().collect();
    };
    let fits = |path: &str| {
        path.strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .is_some_and(|middle| !middle.contains('/'))
    };
    texts.keys().filter(|path| fits(path)).cloned().collect()
}
