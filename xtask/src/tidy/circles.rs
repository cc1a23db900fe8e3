//! Circles of modules: modules that lie beside each other and need each other, directly or by way of others.
//!
//! An arrow leads from a module to one beside it where any file of the first one's folder names something that the
//! second one's folder owns, by `use` or by path; a name that a parent imports or re-exports counts for whoever
//! owns it. A parent and what is inside of it may name each other. Tests do not count.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
};

use super::source::{self, Names};

/// The path of a module inside its crate.
type Module = Vec<String>;

/// Arrows between the modules of one parent, each with a file that draws it.
type Arrows = BTreeMap<String, BTreeMap<String, String>>;

/// A sentence for each circle.
pub(super) fn complaints(root: &Path, files: &[PathBuf]) -> Vec<String> {
    let mut complaints = Vec::new();
    for (krate, modules) in crates(root, files) {
        for (parent, arrows) in arrows(&modules) {
            for circle in circles(&arrows) {
                let parent = if parent.is_empty() { "crate".to_owned() } else { parent.join("::") };
                let steps = walk(&arrows, &circle).join(", ");
                complaints.push(format!("{krate}: modules of {parent} need each other in a circle: {steps}"));
            }
        }
    }
    complaints
}

/// The modules of each crate, by the crate's folder.
fn crates(root: &Path, files: &[PathBuf]) -> BTreeMap<String, HashMap<Module, Names>> {
    let mut texts: BTreeMap<String, HashMap<Module, String>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|kind| kind == "rs")) {
        let name = file.with_extension("").to_string_lossy().into_owned();
        let Some((krate, inside)) = name.split_once("/src/") else { continue };
        let module: Module = match inside {
            "lib" | "main" => Vec::new(),
            inside => inside.split('/').map(str::to_owned).collect(),
        };
        let text = fs::read_to_string(root.join(file)).unwrap_or_default();
        texts.entry(krate.to_owned()).or_default().entry(module).or_default().push_str(&source::bare(&text));
    }
    let read = |mut modules: HashMap<Module, String>| {
        let for_tests: Vec<Module> = modules
            .iter()
            .flat_map(|(module, text)| {
                source::tests(text).into_iter().map(|name| [module.clone(), vec![name]].concat())
            })
            .collect();
        modules.retain(|module, _| !for_tests.iter().any(|test| module.starts_with(test)));
        modules.into_iter().map(|(module, text)| (module, source::names(&text))).collect()
    };
    texts.into_iter().map(|(krate, modules)| (krate, read(modules))).collect()
}

/// The arrows between modules that lie beside each other, by their parent.
fn arrows(modules: &HashMap<Module, Names>) -> BTreeMap<Module, Arrows> {
    let mut found: BTreeMap<Module, Arrows> = BTreeMap::new();
    for (module, names) in modules {
        let imported = names.imports.iter().map(|(_, path)| path);
        for path in imported.chain(&names.paths) {
            let Some(target) = absolute(modules, module, path).and_then(|path| owner(modules, &path, 0))
            else {
                continue;
            };
            let shared = module.iter().zip(&target).take_while(|(left, right)| left == right).count();
            let (Some(from), Some(to)) = (module.get(shared), target.get(shared)) else { continue };
            let arrows = found.entry(module[..shared].to_vec()).or_default();
            let file = format!("{}.rs", module.join("/"));
            arrows.entry(from.clone()).or_default().entry(to.clone()).or_insert(file);
        }
    }
    found
}

/// A path from the root of the crate; `None` where it leads out of it.
fn absolute(modules: &HashMap<Module, Names>, module: &Module, path: &[String]) -> Option<Module> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "self" => Some([module.clone(), rest.to_vec()].concat()),
        "super" => {
            let ups = path.iter().take_while(|part| *part == "super").count();
            let base = module.get(..module.len().checked_sub(ups)?)?;
            Some([base.to_vec(), path[ups..].to_vec()].concat())
        }
        name => {
            let imported = modules.get(module)?.imports.iter().find(|(alias, _)| alias == name);
            if let Some((_, target)) = imported.filter(|(_, target)| target.first() != Some(first)) {
                let target = absolute(modules, module, target)?;
                return Some([target, rest.to_vec()].concat());
            }
            let child = [module.clone(), vec![name.to_owned()]].concat();
            modules.contains_key(&child).then(|| [module.clone(), path.to_vec()].concat())
        }
    }
}

/// The module that owns what a path names; imports and re-exports on the way are followed.
fn owner(modules: &HashMap<Module, Names>, path: &[String], depth: usize) -> Option<Module> {
    let length = (0..=path.len()).rev().find(|length| modules.contains_key(&path[..*length]))?;
    let (module, rest) = (path[..length].to_vec(), &path[length..]);
    let Some((name, rest)) = rest.split_first().filter(|_| depth < 8) else { return Some(module) };
    let import = modules[&module].imports.iter().find(|(alias, _)| alias == name);
    let followed = import.and_then(|(_, target)| {
        let target = [absolute(modules, &module, target)?, rest.to_vec()].concat();
        (target != path).then(|| owner(modules, &target, depth + 1))?
    });
    Some(followed.unwrap_or(module))
}

/// Groups of modules of which each reaches each other.
fn circles(arrows: &Arrows) -> Vec<BTreeSet<String>> {
    let reach: BTreeMap<&String, BTreeSet<String>> =
        arrows.keys().map(|module| (module, reached(arrows, module))).collect();
    let mut circles: Vec<BTreeSet<String>> = Vec::new();
    for (module, reached) in &reach {
        let back = |other: &&String| reach.get(other).is_some_and(|reach| reach.contains(*module));
        let circle: BTreeSet<String> = reached.iter().filter(back).cloned().collect();
        if !circle.is_empty() && !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

/// Everything that a module needs, directly or by way of others.
fn reached(arrows: &Arrows, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(module) = open.pop() {
        for next in arrows.get(module).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    reached
}

/// The arrows inside of a circle, in words.
fn walk(arrows: &Arrows, circle: &BTreeSet<String>) -> Vec<String> {
    let inside = arrows.iter().filter(|(from, _)| circle.contains(*from));
    inside
        .flat_map(|(from, targets)| {
            let targets = targets.iter().filter(|(to, _)| circle.contains(*to));
            targets.map(move |(to, file)| format!("{from} → {to} ({file})"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<BTreeSet<String>> {
        let module =
            |name: &str| name.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let modules = files.iter().map(|(name, text)| (module(name), source::names(&source::bare(text))));
        arrows(&modules.collect()).values().flat_map(circles).collect()
    }

    fn circle(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn modules_that_need_each_other_are_a_circle_however_they_say_it() {
        let root = ("", "mod a; mod b;");
        assert_eq!(found(&[root, ("a", "use crate::b::B;"), ("b", "")]), []);
        for b in
            ["use crate::a::A;", "use super::a;", "fn f() { crate::a::f() }", "use crate::{a::{A, C}, x};"]
        {
            assert_eq!(found(&[root, ("a", "use crate::b::B;"), ("b", b)]), [circle(&["a", "b"])], "{b}");
        }
        let three = [("a", "use crate::b::B;"), ("b", "use crate::c::C;"), ("c", "use crate::a::A;")];
        assert_eq!(found(&[root, three[0], three[1], three[2]]), [circle(&["a", "b", "c"])]);
    }

    #[test]
    fn files_inside_of_modules_count_for_the_modules_and_circles_are_found_at_every_level() {
        let inner = ("a/x", "use crate::b::B;");
        assert_eq!(found(&[("", ""), ("a", ""), inner, ("b", "use crate::a::A;")]), [circle(&["a", "b"])]);
        let beside = [("a/x", "use super::y;"), ("a/y", "use super::x::X;")];
        assert_eq!(found(&[("", ""), ("a", "mod x; mod y;"), beside[0], beside[1]]), [circle(&["x", "y"])]);
    }

    #[test]
    fn a_name_counts_for_whoever_owns_it_and_not_for_the_parent_that_hands_it_on() {
        let root = ("", "mod a; mod b; pub use b::B;");
        assert_eq!(found(&[root, ("a", "use crate::B;"), ("b", "use crate::a::A;")]), [circle(&["a", "b"])]);
    }

    #[test]
    fn parent_and_child_tests_texts_and_comments_are_no_circle() {
        assert_eq!(found(&[("", ""), ("a", "mod x; use x::X;"), ("a/x", "use super::A;")]), []);
        let tests = "#[cfg(test)]\nmod tests {\n    use crate::a::A;\n}\n";
        let text = "// crate::a::A\nconst T: &str = \"crate::a::A\";";
        for b in [tests, text] {
            assert_eq!(found(&[("", ""), ("a", "use crate::b::B;"), ("b", b)]), [], "{b}");
        }
    }
}
