//! `backend/server/Dockerfile` as it is read here: what an image that consists of one folder says of itself.
//!
//! Only the instructions that such an image needs are known; any other one is an error, so that a builder with a
//! daemon never makes another image of the same file.

use std::{fs, time::Duration};

use serde_json::{Map, Value, json};

use crate::{
    command::{Done, During, fail},
    paths,
};

const PATH: &str = "backend/server/Dockerfile";

/// What the image says of itself, by the members of an OCI configuration.
#[derive(Debug, Default)]
pub(super) struct Recipe {
    pub(super) members: Map<String, Value>,
}

/// Reads the Dockerfile.
pub(super) fn read() -> Done<Recipe> {
    let text = fs::read_to_string(paths::root().join(PATH)).during(&format!("read {PATH}"))?;
    parse(&text)
}

fn parse(text: &str) -> Done<Recipe> {
    let mut recipe = Recipe::default();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in lines {
        let (instruction, rest) = line.split_once(' ').unwrap_or((line, ""));
        if recipe.take(instruction, rest.trim()).is_none() {
            return fail(format!("{PATH}: “{line}” is not understood by `cargo xtask image`."));
        }
    }
    for needed in ["User", "Entrypoint", "Healthcheck"] {
        if !recipe.members.contains_key(needed) {
            return fail(format!("{PATH} says nothing of {needed}."));
        }
    }
    Ok(recipe)
}

impl Recipe {
    /// Takes an instruction up; nothing if it is not known.
    fn take(&mut self, instruction: &str, rest: &str) -> Option<()> {
        match instruction {
            // The image is the folder, and nothing else.
            "FROM" if rest == "scratch" => {}
            "COPY" if rest == ". /" => {}
            "ENV" => self
                .set("Env", pairs(rest)?.into_iter().map(|(key, value)| format!("{key}={value}")).collect()),
            "LABEL" => self.set("Labels", pairs(rest)?.into_iter().collect()),
            "USER" => self.set("User", rest.into()),
            "WORKDIR" => self.set("WorkingDir", rest.into()),
            "VOLUME" => self.set("Volumes", json!({ (rest): {} })),
            "EXPOSE" => self.set("ExposedPorts", json!({ (rest): {} })),
            "ENTRYPOINT" => self.set("Entrypoint", words(rest)?),
            "HEALTHCHECK" => self.set("Healthcheck", health(rest)?),
            _ => return None,
        }
        Some(())
    }

    fn set(&mut self, member: &str, value: Value) {
        self.members.insert(member.to_owned(), value);
    }

    /// The numbers of user and group: names would need a file to be looked up in.
    pub(super) fn user(&self) -> Done<(u32, u32)> {
        let text = self.members["User"].as_str().unwrap_or_default();
        let numbers =
            text.split_once(':').and_then(|(user, group)| Some((user.parse().ok()?, group.parse().ok()?)));
        match numbers {
            Some((user, group)) if user != 0 && group != 0 => Ok((user, group)),
            _ => fail(format!("{PATH}: USER must be two numbers that are not root’s, such as 65532:65532.")),
        }
    }

    pub(super) fn entrypoint(&self) -> Vec<String> {
        texts(&self.members["Entrypoint"])
    }

    /// The command that tells whether the console is well.
    pub(super) fn health(&self) -> Vec<String> {
        // The first word says how it is run.
        texts(&self.members["Healthcheck"]["Test"]).into_iter().skip(1).collect()
    }

    /// Names and values of the environment.
    pub(super) fn environment(&self) -> Vec<(String, String)> {
        let all = texts(self.members.get("Env").unwrap_or(&Value::Null));
        all.iter()
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A command as JSON: there is no shell that would part a sentence into words.
fn words(text: &str) -> Option<Value> {
    let list: Vec<String> = serde_json::from_str(text).ok()?;
    Some(json!(list))
}

/// `a=b c="d e"`.
fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let (mut pairs, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_once(' ').unwrap_or((after, "")),
        };
        pairs.push((name.to_owned(), value.to_owned()));
        rest = next.trim_start();
    }
    Some(pairs)
}

/// `--interval=10s --timeout=5s --retries=3 CMD ["…"]`.
fn health(text: &str) -> Option<Value> {
    let (options, command) = text.split_once("CMD ")?;
    let whole = [vec!["CMD".to_owned()], texts(&words(command)?)].concat();
    let mut check = json!({ "Test": whole });
    for option in options.split_whitespace() {
        let (name, value) = option.strip_prefix("--")?.split_once('=')?;
        let nanoseconds = || {
            let time = Duration::from_secs(value.strip_suffix('s')?.parse().ok()?);
            u64::try_from(time.as_nanos()).ok()
        };
        let (member, value) = match name {
            "interval" => ("Interval", nanoseconds()?),
            "timeout" => ("Timeout", nanoseconds()?),
            "retries" => ("Retries", value.parse().ok()?),
            _ => return None,
        };
        check[member] = json!(value);
    }
    Some(check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_that_is_not_understood_and_a_user_with_rights_are_refused() {
        let text = |more: &str| {
            format!(
                "FROM scratch\nCOPY . /\nENTRYPOINT [\"/viridian\"]\nHEALTHCHECK CMD [\"/viridian\"]\n{more}"
            )
        };
        assert!(parse(&text("")).unwrap_err().to_string().contains("User"));
        assert!(parse(&text("USER 1:1\nRUN true")).unwrap_err().to_string().contains("RUN true"));
        assert!(parse(&text("USER 1:1\nCMD serve")).is_err());
        assert!(parse(&text("USER 0:1")).unwrap().user().is_err());
        assert!(parse(&text("USER viridian")).unwrap().user().is_err());
        assert_eq!(parse(&text("USER 7:8")).unwrap().user().unwrap(), (7, 8));
    }

    #[test]
    fn the_consoles_own_file_is_read_whole() {
        let recipe = read().unwrap();
        assert_eq!(recipe.entrypoint(), ["/viridian"]);
        assert_eq!(recipe.health(), ["/viridian", "health"]);
        assert_eq!(recipe.members["Healthcheck"]["Interval"], 10_000_000_000_u64);
        assert_eq!(recipe.members["Labels"]["org.opencontainers.image.licenses"], "MIT OR Apache-2.0");
        assert_eq!(recipe.members["ExposedPorts"], json!({ "3000/tcp": {} }));
        assert_eq!(recipe.environment()[1], ("VIRIDIAN_LISTEN".to_owned(), "0.0.0.0:3000".to_owned()));
    }
}
