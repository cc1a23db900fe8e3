//! Times the comparison of JSON documents of several sizes: same, one leaf, shifted by one, reordered, random.

#![expect(clippy::print_stdout, reason = "an example that prints a table")]

use std::{fmt::Write as _, time::Instant};

use viridian_compare::difference::json::{self, Policy};

const SIZES: [(&str, usize); 4] =
    [("1 kB", 1 << 10), ("64 kB", 64 << 10), ("4 MB", 4 << 20), ("16 MB", 16 << 20)];

fn main() -> Result<(), json::Refused> {
    println!("{:>6}  {:<10} {:>10} {:>12}", "size", "case", "ms", "differences");
    for (size, bytes) in SIZES {
        let items = items(bytes);
        for (case, changed) in cases(&items) {
            let (left, right) = (document(&items), document(&changed));
            let begins = Instant::now();
            let found = json::compare(left.as_bytes(), right.as_bytes(), &Policy::default())?;
            let elapsed = begins.elapsed().as_secs_f64() * 1000.0;
            println!("{size:>6}  {case:<10} {elapsed:>10.2} {:>12}", found.total);
        }
    }
    println!("largest memory: {}", peak());
    Ok(())
}

fn items(bytes: usize) -> Vec<String> {
    let (mut items, mut length) = (Vec::new(), 0);
    while length < bytes {
        let item = item(items.len(), 0);
        length += item.len() + 1;
        items.push(item);
    }
    items
}

fn item(id: usize, salt: usize) -> String {
    let number = (id * 7919 + salt * 104_729) % 10_007;
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        r#"{{"id":{},"name":"item {number}","price":{number}.5,"tags":["t{}","t{}"],"stock":{{"here":{},"there":{}}},"note":null,"ok":true}}"#,
        id + salt * 10_000_000,
        number % 7,
        number % 11,
        number % 13,
        number % 17,
    );
    text
}

fn cases(items: &[String]) -> Vec<(&'static str, Vec<String>)> {
    let mut leaf = items.to_vec();
    let middle = items.len() / 2;
    leaf[middle] = leaf[middle].replace("\"ok\":true", "\"ok\":false");
    let shifted = std::iter::once(item(1, 9)).chain(items.iter().cloned()).collect();
    let reordered = (0..items.len()).map(|it| items[it * 7919 % items.len()].clone()).collect();
    let random = (0..items.len()).map(|it| item(it, 3)).collect();
    vec![
        ("same", items.to_vec()),
        ("one leaf", leaf),
        ("shifted", shifted),
        ("reordered", reordered),
        ("random", random),
    ]
}

fn document(items: &[String]) -> String {
    format!(r#"{{"version":1,"items":[{}]}}"#, items.join(","))
}

fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("unknown".to_owned(), |it| it.trim().to_owned())
}
