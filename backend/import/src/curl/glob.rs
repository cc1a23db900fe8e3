//! Several addresses in one, as curl writes them: `{one,two}`, `[1-3]`, `[01-20:5]`, `[a-c]`.

/// More than these are left out: a suite is read by people.
const MOST: usize = 200;

pub(super) fn expanded(url: &str) -> Result<Vec<String>, String> {
    let mut urls = vec![String::new()];
    let mut rest = url;
    while let Some(letter) = rest.chars().next() {
        let after = &rest[letter.len_utf8()..];
        let (choices, left) = match letter {
            '\\' if after.starts_with(['{', '}', '[', ']']) => (vec![after[..1].to_owned()], &after[1..]),
            '{' => set(after)?,
            '[' if after.starts_with(']') => (vec!["[]".to_owned()], &after[1..]),
            '[' if is_host(after) => (vec!["[".to_owned()], after),
            '[' => range(after)?,
            '}' => return Err(unbalanced()),
            ']' if !rest_is_host_end(url, rest) => return Err(unbalanced()),
            other => (vec![other.to_string()], after),
        };
        if urls.len() * choices.len() > MOST {
            return Err(format!("its address stands for more than {MOST}"));
        }
        urls = urls.iter().flat_map(|url| choices.iter().map(move |it| format!("{url}{it}"))).collect();
        rest = left;
    }
    Ok(urls)
}

fn unbalanced() -> String {
    "curl refuses its address: a bracket has no other half (`-g` takes them as they are)".to_owned()
}

/// `[::1]` is a host and no range.
fn is_host(after: &str) -> bool {
    let inner = after.split(']').next().unwrap_or_default();
    inner.contains(':')
        && inner.bytes().all(|it| it.is_ascii_hexdigit() || b":.%".contains(&it))
        && !inner.contains('-')
}

fn rest_is_host_end(url: &str, rest: &str) -> bool {
    let before = &url[..url.len() - rest.len()];
    before.rsplit_once('[').is_some_and(|(_, inner)| is_host(&format!("{inner}]")))
}

fn set(after: &str) -> Result<(Vec<String>, &str), String> {
    let (inner, left) = after.split_once('}').ok_or_else(unbalanced)?;
    if inner.is_empty() || inner.contains(['{', '[', ']']) {
        return Err(unbalanced());
    }
    Ok((inner.split(',').map(str::to_owned).collect(), left))
}

fn range(after: &str) -> Result<(Vec<String>, &str), String> {
    let (inner, left) = after.split_once(']').ok_or_else(unbalanced)?;
    let (ends, step) = match inner.split_once(':') {
        Some((ends, step)) => (ends, step.parse::<u32>().map_err(|_| unbalanced())?),
        None => (inner, 1),
    };
    let (from, to) = ends.split_once('-').ok_or_else(unbalanced)?;
    let step = usize::try_from(step.max(1)).unwrap_or(1);
    let letter = |it: &str| it.chars().next().filter(|letter| it.len() == 1 && letter.is_ascii_alphabetic());
    let choices: Vec<String> = if let (Some(from), Some(to)) = (letter(from), letter(to)) {
        (from..=to).step_by(step).map(String::from).collect()
    } else {
        let number = |it: &str| it.parse::<u64>().map_err(|_| unbalanced());
        let width = if from.starts_with('0') { from.len() } else { 0 };
        (number(from)?..=number(to)?).step_by(step).take(MOST + 1).map(|it| format!("{it:0width$}")).collect()
    };
    if choices.is_empty() { Err(unbalanced()) } else { Ok((choices, left)) }
}
