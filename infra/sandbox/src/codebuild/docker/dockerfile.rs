//! Dockerfiles of one stage that put files into an image, read strictly.

use serde_json::Value;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    From(String),
    /// Sources and the destination.
    Copy(Vec<String>, String),
    Env(String, String),
    Label(String, String),
    Expose(String),
    WorkDir(String),
    User(String),
    Cmd(Vec<String>),
    Entrypoint(Vec<String>),
}

/// A step, and where it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Instruction {
    pub(super) number: usize,
    pub(super) line: String,
    pub(super) step: Step,
}

/// Reads a Dockerfile. `arguments` are those of the command line.
pub(super) fn parse(text: &str, arguments: &[(String, String)]) -> Result<Vec<Instruction>, String> {
    let mut steps: Vec<Instruction> = Vec::new();
    let mut variables: Vec<(String, String)> = Vec::new();
    for (number, line) in lines(text) {
        let at = |error: String| format!("dockerfile line {number}: {error}");
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((&line, ""));
        let word = word.to_ascii_uppercase();
        let rest = rest.trim();
        if word == "ARG" {
            let (name, default) = rest.split_once('=').unwrap_or((rest, ""));
            let given = arguments.iter().find(|(given, _)| given == name).map(|(_, value)| value.clone());
            variables.push((name.to_owned(), given.unwrap_or_else(|| unquoted(default))));
            continue;
        }
        if word == "FROM" && steps.iter().any(|known| matches!(known.step, Step::From(_))) {
            return Err(at("a second stage: the sandbox builds images of one stage".to_owned()));
        }
        let verbatim = matches!(word.as_str(), "CMD" | "ENTRYPOINT");
        let rest = if verbatim { rest.to_owned() } else { expand(rest, &variables).map_err(at)? };
        for step in read(&word, &rest).map_err(at)? {
            if let Step::Env(name, value) = &step {
                variables.push((name.clone(), value.clone()));
            }
            steps.push(Instruction { number, line: line.clone(), step });
        }
    }
    match steps.first() {
        Some(Instruction { step: Step::From(_), .. }) => Ok(steps),
        _ => Err("dockerfile: the first instruction is FROM".to_owned()),
    }
}

fn read(word: &str, rest: &str) -> Result<Vec<Step>, String> {
    let one = |step: Step| Ok(vec![step]);
    match word {
        "FROM" => match rest
            .split_whitespace()
            .filter(|word| !word.starts_with("--"))
            .collect::<Vec<_>>()
            .as_slice()
        {
            [image] => one(Step::From((*image).to_owned())),
            [image, as_, _] if as_.eq_ignore_ascii_case("as") => one(Step::From((*image).to_owned())),
            _ => Err("FROM takes one image".to_owned()),
        },
        "COPY" | "ADD" => copy(rest).map(|step| vec![step]),
        "ENV" => Ok(pairs(rest).into_iter().map(|(name, value)| Step::Env(name, value)).collect()),
        "LABEL" => Ok(pairs(rest).into_iter().map(|(name, value)| Step::Label(name, value)).collect()),
        "EXPOSE" => Ok(rest.split_whitespace().map(|port| Step::Expose(port.to_owned())).collect()),
        "WORKDIR" => one(Step::WorkDir(rest.to_owned())),
        "USER" => one(Step::User(rest.to_owned())),
        "CMD" => program(rest).map(|words| vec![Step::Cmd(words)]),
        "ENTRYPOINT" => program(rest).map(|words| vec![Step::Entrypoint(words)]),
        "HEALTHCHECK" | "STOPSIGNAL" | "VOLUME" | "MAINTAINER" | "SHELL" => Ok(Vec::new()),
        "RUN" => {
            Err("RUN: the sandbox has no container to run it in. Make the files before docker build, in the \
                      buildspec, and COPY them"
                .to_owned())
        }
        other => Err(format!("{other}: not an instruction that the sandbox has")),
    }
}

/// What the container runs: nginx with its own configuration, since that is what the sandbox serves.
fn program(rest: &str) -> Result<Vec<String>, String> {
    let words = command(rest);
    let all = words.join(" ");
    let runs = all.split_whitespace().any(|word| word.rsplit('/').next() == Some("nginx"));
    let entry = all.split_whitespace().any(|word| word.ends_with("docker-entrypoint.sh"));
    if !(runs || entry) {
        return Err(format!("`{all}`: the sandbox runs nginx and no other program"));
    }
    if all.split_whitespace().any(|word| word == "-c" || word == "-p") && !all.starts_with("/bin/sh -c") {
        return Err(format!("`{all}`: the sandbox reads /etc/nginx/nginx.conf and no other configuration"));
    }
    Ok(words)
}

fn copy(rest: &str) -> Result<Step, String> {
    if rest.contains("<<") || rest.contains("--from") {
        return Err("COPY: the sandbox copies files of the context only".to_owned());
    }
    let list = serde_json::from_str::<Vec<String>>(rest).ok();
    let mut words = list.unwrap_or_else(|| {
        rest.split_whitespace().filter(|word| !word.starts_with("--")).map(unquoted).collect()
    });
    if let Some(source) = words.iter().find(|source| source.contains("://")) {
        return Err(format!("{source}: the sandbox copies files of the context only"));
    }
    match words.pop() {
        Some(to) if !words.is_empty() => Ok(Step::Copy(words, to)),
        _ => Err("COPY: a source and a destination are required".to_owned()),
    }
}

/// Instructions with the numbers of their first lines: comments gone, continued lines joined.
fn lines(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (number, mut whole) = open.take().unwrap_or((index + 1, String::new()));
        if let Some(part) = line.strip_suffix('\\') {
            whole.push_str(part);
            open = Some((number, whole));
        } else {
            whole.push_str(line);
            lines.push((number, whole));
        }
    }
    lines.extend(open);
    lines
}

/// `$NAME` and `${NAME}` replaced; the latest value of a name wins.
fn expand(text: &str, variables: &[(String, String)]) -> Result<String, String> {
    let mut text = text.to_owned();
    // `${NAME:-usual}` and `${NAME:+other}`; a plain name is left for below.
    while let Some((before, name, sign, word, after)) = conditional(&text) {
        let value = variables.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        let value = value.filter(|value| !value.is_empty());
        let put = match sign {
            '-' => value.unwrap_or(word),
            '+' => value.map(|_| word).unwrap_or_default(),
            other => return Err(format!("${{{name}:{other}…}} is not understood")),
        };
        text = format!("{before}{put}{after}");
    }
    Ok(plainly(&text, variables))
}

/// The first `${NAME:SIGN WORD}`, with what stands before and after it.
fn conditional(text: &str) -> Option<(String, String, char, String, String)> {
    let (place, name, rest) = text.match_indices("${").find_map(|(place, _)| {
        let (name, rest) = text[place + 2..].split_once(':')?;
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        plain.then_some((place, name, rest))
    })?;
    let sign = rest.chars().next()?;
    let (word, after) = rest[sign.len_utf8()..].split_once('}')?;
    Some((text[..place].to_owned(), name.to_owned(), sign, word.to_owned(), after.to_owned()))
}

fn plainly(text: &str, variables: &[(String, String)]) -> String {
    let mut sorted: Vec<_> = variables.iter().rev().collect();
    // Longer names first, so that `$AB` is not taken for `$A`.
    sorted.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    sorted.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("${{{name}}}"), value).replace(&format!("${name}"), value)
    })
}

/// `A=1 B="2 3"`, or the old form `A 1`.
fn pairs(text: &str) -> Vec<(String, String)> {
    if let Some((name, value)) = text.split_once(char::is_whitespace).filter(|(name, _)| !name.contains('='))
    {
        return vec![(unquoted(name), unquoted(value.trim()))];
    }
    let (mut pairs, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for letter in text.chars().chain([' ']) {
        quoted ^= letter == '"';
        if letter.is_whitespace() && !quoted {
            if let Some((name, value)) = word.split_once('=') {
                pairs.push((unquoted(name), unquoted(value)));
            }
            word.clear();
        } else {
            word.push(letter);
        }
    }
    pairs
}

fn command(text: &str) -> Vec<String> {
    let list = serde_json::from_str::<Value>(text).ok();
    let words = list
        .as_ref()
        .and_then(Value::as_array)
        .map(|words| words.iter().filter_map(Value::as_str).map(str::to_owned).collect());
    words.unwrap_or_else(|| vec!["/bin/sh".to_owned(), "-c".to_owned(), text.to_owned()])
}

fn unquoted(text: &str) -> String {
    let inner = |quote: char| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_done_without_a_container_is_refused_with_its_line() {
        let error = parse("FROM nginx\n\nRUN apk add curl", &[]).unwrap_err();
        assert!(error.starts_with("dockerfile line 3: RUN: the sandbox has no container"), "{error}");
        assert!(parse("COPY a b", &[]).unwrap_err().contains("FROM"));
        assert!(parse("FROM a AS b\nFROM c", &[]).unwrap_err().contains("one stage"));
        assert!(parse("FROM a\nCOPY --from=b c d", &[]).unwrap_err().contains("context only"));
    }

    #[test]
    fn a_program_that_is_not_nginx_is_refused_with_its_line() {
        for (line, part) in [
            ("CMD [\"node\", \"server.js\"]", "line 2: `node server.js`: the sandbox runs nginx"),
            ("ENTRYPOINT /app/run", "`/bin/sh -c /app/run`: the sandbox runs nginx"),
            ("CMD [\"nginx\", \"-c\", \"/srv/own.conf\"]", "no other configuration"),
            ("ADD https://a.example/x.tar.gz /srv/", "copies files of the context only"),
            ("ONBUILD COPY a b", "line 2: ONBUILD: not an instruction"),
            ("COPY ${A:?no} /b", "line 2: ${A:?…} is not understood"),
        ] {
            let error = parse(&format!("FROM nginx\n{line}"), &[]).unwrap_err();
            assert!(error.contains(part), "{line}: {error}");
        }
        for line in [
            "CMD [\"nginx\", \"-g\", \"daemon off;\"]",
            "CMD nginx -g 'daemon off;'",
            "ENTRYPOINT [\"/docker-entrypoint.sh\"]",
        ] {
            parse(&format!("FROM nginx\n{line}"), &[]).unwrap();
        }
    }

    #[test]
    fn a_variable_may_have_a_usual_value() {
        let of = |line: &str| {
            let read = parse(&format!("ARG A=1\nARG EMPTY=\nFROM nginx:{line}"), &[]).unwrap();
            read.into_iter().next().unwrap().step
        };
        for (line, wanted) in
            [("${A:-2}", "1"), ("${B:-2}", "2"), ("${EMPTY:-3}-${A}", "3-1"), ("${A:+x}${B:+y}", "x")]
        {
            assert_eq!(of(line), Step::From(format!("nginx:{wanted}")), "{line}");
        }
    }

    #[test]
    fn instructions_are_read() {
        let text = "ARG TAG=1\nFROM public.ecr.aws/nginx/nginx:${TAG} # none\n";
        assert!(parse(text, &[]).is_err(), "a comment stands on its own line");
        let text = "# c\nARG TAG=1\nFROM nginx:$TAG\nENV A=1 B=\"2 3\"\nCOPY a.txt \\\n  dist/ /srv/$A/\n\
                    CMD [\"nginx\", \"-g\"]\nEXPOSE 80";
        let steps: Vec<Step> =
            parse(text, &[("TAG".into(), "2".into())]).unwrap().into_iter().map(|known| known.step).collect();
        assert_eq!(
            steps,
            [
                Step::From("nginx:2".into()),
                Step::Env("A".into(), "1".into()),
                Step::Env("B".into(), "2 3".into()),
                Step::Copy(vec!["a.txt".into(), "dist/".into()], "/srv/1/".into()),
                Step::Cmd(vec!["nginx".into(), "-g".into()]),
                Step::Expose("80".into()),
            ]
        );
    }
}
