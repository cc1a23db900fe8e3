//! In which order resources are made: each after those it refers to, otherwise as they are written.

use super::{Error, function, template::Declared};

/// The positions of the resources in that order. Those that are `early` come as soon as they may.
pub(super) fn order(
    resources: &[(&str, Declared)],
    early: impl Fn(&str) -> bool,
) -> Result<Vec<usize>, Error> {
    let needs: Vec<Vec<usize>> = resources.iter().map(|(_, declared)| needs(resources, declared)).collect();
    let mut order = Vec::with_capacity(resources.len());
    let mut marks = vec![Mark::New; resources.len()];
    let (early, late): (Vec<usize>, Vec<usize>) =
        (0..resources.len()).partition(|at| early(resources[*at].0));
    for start in early.into_iter().chain(late) {
        visit(start, &needs, &mut marks, &mut order)
            .map_err(|at| Error::Circle(resources[at].0.to_owned()))?;
    }
    Ok(order)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Mark {
    New,
    Open,
    Done,
}

fn needs(resources: &[(&str, Declared)], declared: &Declared) -> Vec<usize> {
    let mut names: Vec<String> = declared.depends_on().into_iter().map(str::to_owned).collect();
    function::references(&declared.properties, &mut names);
    // Other names are parameters.
    names.iter().filter_map(|name| resources.iter().position(|(known, _)| known == name)).collect()
}

/// Depth first. The error is a resource in a circle.
fn visit(at: usize, needs: &[Vec<usize>], marks: &mut [Mark], order: &mut Vec<usize>) -> Result<(), usize> {
    match marks[at] {
        Mark::Done => return Ok(()),
        Mark::Open => return Err(at),
        Mark::New => marks[at] = Mark::Open,
    }
    for need in &needs[at] {
        visit(*need, needs, marks, order)?;
    }
    marks[at] = Mark::Done;
    order.push(at);
    Ok(())
}
