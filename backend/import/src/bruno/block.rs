//! Blocks of a Bruno file: `name {`, lines, and a `}` at the beginning of a line.

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) name: String,
    /// Of its name.
    pub(super) line: usize,
    /// Without the two spaces before each line.
    pub(super) text: String,
}

/// The blocks, and what is none.
pub(super) fn read(text: &str) -> (Vec<Block>, Vec<(usize, String)>) {
    let (mut blocks, mut troubles) = (Vec::new(), Vec::new());
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let number = index + 1;
        let opened = line.trim_end().strip_suffix(['{', '[']).map(str::trim_end);
        match opened.filter(|name| !name.is_empty() && !name.starts_with(char::is_whitespace)) {
            Some(name) => {
                let close = if line.trim_end().ends_with('{') { "}" } else { "]" };
                let mut inner = Vec::new();
                let mut is_closed = false;
                for (_, line) in lines.by_ref() {
                    if line.trim_end() == close {
                        is_closed = true;
                        break;
                    }
                    inner.push(line.strip_prefix("  ").unwrap_or(line));
                }
                if is_closed {
                    blocks.push(Block { name: name.to_owned(), line: number, text: inner.join("\n") });
                } else {
                    troubles.push((number, format!("the block `{name}` is not closed")));
                }
            }
            None if line.trim().is_empty() => {}
            None => troubles.push((number, "it is no part of a Bruno file".to_owned())),
        }
    }
    (blocks, troubles)
}

impl Block {
    /// Lines of `key: value` that are switched on; a value between `'''` may have several lines.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        let (mut pairs, mut lines) = (Vec::new(), self.text.lines());
        while let Some(line) = lines.next() {
            let line = line.trim();
            let Some((key, value)) = line.split_once(':').filter(|_| !line.starts_with('@')) else {
                continue;
            };
            let mut value = value.trim().to_owned();
            if let Some(first) = value.strip_prefix("'''") {
                let mut inner = vec![first.to_owned()];
                for line in lines.by_ref() {
                    if let Some(last) = line.trim_end().strip_suffix("'''") {
                        inner.push(last.trim().to_owned());
                        break;
                    }
                    inner.push(line.strip_prefix("  ").unwrap_or(line).to_owned());
                }
                inner.retain(|it| !it.is_empty());
                value = inner.join("\n");
            }
            let key = key.trim().trim_matches('"');
            if !key.starts_with('~') && !key.is_empty() {
                pairs.push((key.to_owned(), value));
            }
        }
        pairs
    }

    pub(super) fn value(&self, name: &str) -> Option<String> {
        self.pairs().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}
