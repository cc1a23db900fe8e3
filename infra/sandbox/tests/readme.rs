//! The tables of the README are what the code says. `VIRIDIAN_UPDATE=1` writes them anew.

#![expect(clippy::unwrap_used, reason = "a test stops where what it needs is not there")]

#[path = "readme/part.rs"]
mod part;

use viridian_sandbox::catalogue;

#[test]
fn the_table_of_operations_is_the_catalogue() {
    part::hold("operations", catalogue::table().trim_end());
}

#[test]
fn a_part_that_differs_is_told_apart() {
    let text = "a\n<!-- x -->\nold\n<!-- /x -->\nb\n";
    assert_eq!(part::read(text, "x").unwrap(), "old");
    assert_eq!(part::with(text, "x", "new").unwrap(), "a\n<!-- x -->\nnew\n<!-- /x -->\nb\n");
    assert!(part::read(text, "y").is_none());
}
