//! On what it was measured, and with which versions.

use std::fs;

use super::peer::Peer;
use crate::command::output;

pub(super) fn words(peers: &[Peer]) -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let first = |text: Option<String>| text.and_then(|it| it.lines().next().map(str::to_owned));
    let tools = [("rustc", "--version"), ("node", "--version"), ("python3", "--version")];
    let versions = tools.iter().filter_map(|(tool, flag)| {
        let version = first(output(tool, &[flag]))?;
        Some(if version.starts_with('v') { format!("node {version}") } else { version })
    });
    let peers = peers.iter().filter(|it| !it.is_ours()).map(|it| format!("{} {}", it.name(), it.version()));
    let words: Vec<_> = versions.chain(peers).collect();
    format!("{cores} cores of {}; {}.", processor(), words.join(", "))
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name"));
    model.map_or("an unknown processor".to_owned(), |it| it.trim_start_matches([' ', '\t', ':']).to_owned())
}
