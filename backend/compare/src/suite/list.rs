//! Probes from a plain list: one path or address a line, `#` begins a remark.

use super::Imported;

pub fn import(text: &str) -> Imported {
    let mut imported = Imported::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.split_once(' ') {
            Some((method, url)) if method.bytes().all(|it| it.is_ascii_uppercase()) => {
                imported.push(method, url, Vec::new(), None);
            }
            _ => imported.push("GET", line, Vec::new(), None),
        }
    }
    imported.numbered()
}
