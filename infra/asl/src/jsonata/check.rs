//! What Step Functions does not allow in an expression, found before a machine is made.

use jsonata_core::ast::{AstNode, BinaryOp, PathStep, Stage};

/// What a field sees of `$states` besides the input and the context object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sees {
    /// `$states.result`: in `Output` and `Assign` of states that do work.
    pub(crate) result: bool,
    /// `$states.errorOutput`: in `Output` and `Assign` of a Catch.
    pub(crate) error: bool,
}

/// A sentence saying what is not allowed. There is no input to a whole expression, so that `$`, `$$` and bare
/// names mean nothing at its top; `$states` has four members, two of them only in certain fields.
pub(crate) fn fault(node: &AstNode, sees: Sees) -> Option<String> {
    top(node).or_else(|| members(node, sees))
}

/// What the language has only had since the version that Step Functions speaks, 2.0.6.
pub(crate) fn newer(node: &AstNode) -> Option<String> {
    let symbol = match node {
        AstNode::Binary { op: BinaryOp::Coalesce, .. } => Some("?"),
        AstNode::Binary { op: BinaryOp::Default, .. } => Some(":"),
        _ => None,
    };
    let fault = symbol.map(|symbol| format!("The symbol \"{symbol}\" cannot be used as a unary operator"));
    fault.or_else(|| inside(node).into_iter().find_map(newer))
}

/// Looks at what is evaluated without an input of its own.
fn top(node: &AstNode) -> Option<String> {
    match node {
        AstNode::Name(name) => {
            Some(format!("The name '{name}' stands for nothing here; the state's input is $states.input"))
        }
        AstNode::Wildcard | AstNode::Descendant => {
            Some("A wildcard stands for nothing here; the state's input is $states.input".to_owned())
        }
        AstNode::Variable(name) if name.is_empty() => Some(root("$")),
        AstNode::ParentVariable(_) => Some(root("$$")),
        AstNode::Path { steps } => {
            let first = steps.first()?;
            top(&first.node)
        }
        AstNode::ObjectTransform { input, .. } | AstNode::Sort { input, .. } => top(input),
        node => children(node).into_iter().find_map(top),
    }
}

fn root(name: &str) -> String {
    format!("{name} is not supported at the top of an expression; the state's input is $states.input")
}

/// Nodes that are evaluated with the same input as the node around them.
fn children(node: &AstNode) -> Vec<&AstNode> {
    match node {
        AstNode::Binary { lhs, rhs, .. } => vec![lhs, rhs],
        AstNode::Unary { operand, .. } => vec![operand],
        AstNode::Function { args, .. } => args.iter().collect(),
        AstNode::Call { procedure, args } => std::iter::once(&**procedure).chain(args).collect(),
        AstNode::Array(items) | AstNode::Block(items) | AstNode::ArrayGroup(items) => items.iter().collect(),
        AstNode::Object(pairs) => pairs.iter().flat_map(|(name, value)| [name, value]).collect(),
        AstNode::Conditional { condition, then_branch, else_branch } => {
            [Some(condition), Some(then_branch), else_branch.as_ref()]
                .into_iter()
                .flatten()
                .map(|part| &**part)
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Looks at every `$states.…`, wherever it stands.
fn members(node: &AstNode, sees: Sees) -> Option<String> {
    if let AstNode::Path { steps } = node
        && let Some(fault) = member(steps, sees)
    {
        return Some(fault);
    }
    inside(node).into_iter().find_map(|part| members(part, sees))
}

fn member(steps: &[PathStep], sees: Sees) -> Option<String> {
    let [first, second, ..] = steps else { return None };
    let (AstNode::Variable(states), AstNode::Name(name)) = (&first.node, &second.node) else { return None };
    match name.as_str() {
        _ if states != "states" => None,
        "input" | "context" => None,
        "result" if sees.result => None,
        "errorOutput" if sees.error => None,
        "result" => Some(
            "$states.result is only there in Output and Assign of Task, Parallel and Map states".to_owned(),
        ),
        "errorOutput" => Some("$states.errorOutput is only there in Output and Assign of a Catch".to_owned()),
        other => {
            Some(format!("$states has no member '{other}'; it has input, result, errorOutput and context"))
        }
    }
}

/// Names of variables in an expression that it does not bind itself.
pub(crate) fn names(node: &AstNode) -> Vec<String> {
    let (mut named, mut bound) = (Vec::new(), Vec::new());
    collect(node, &mut named, &mut bound);
    named.retain(|name| !bound.contains(name));
    named
}

fn collect(node: &AstNode, named: &mut Vec<String>, bound: &mut Vec<String>) {
    match node {
        AstNode::Variable(name) => named.push(name.clone()),
        AstNode::Lambda { params, .. } => bound.extend(params.iter().cloned()),
        AstNode::Binary { op: BinaryOp::ColonEqual, lhs, .. } => {
            if let AstNode::Variable(name) = &**lhs {
                bound.push(name.clone());
            }
        }
        _ => {}
    }
    for part in inside(node) {
        collect(part, named, bound);
    }
}

/// Every node directly inside another.
fn inside(node: &AstNode) -> Vec<&AstNode> {
    match node {
        AstNode::Path { steps } => steps.iter().flat_map(of_step).collect(),
        AstNode::Lambda { body, .. } => vec![body],
        AstNode::FunctionApplication(inner) => vec![inner],
        AstNode::ObjectTransform { input, pattern } => {
            let pairs = pattern.iter().flat_map(|(name, value)| [name, value]);
            std::iter::once(&**input).chain(pairs).collect()
        }
        AstNode::Sort { input, terms } => {
            std::iter::once(&**input).chain(terms.iter().map(|(term, _)| term)).collect()
        }
        AstNode::Transform { location, update, delete } => [Some(location), Some(update), delete.as_ref()]
            .into_iter()
            .flatten()
            .map(|part| &**part)
            .collect(),
        node => children(node),
    }
}

fn of_step(step: &PathStep) -> Vec<&AstNode> {
    let filters = step.stages.iter().filter_map(|stage| match stage {
        Stage::Filter(filter) => Some(&**filter),
        Stage::KeepArray | Stage::Index(_) => None,
    });
    std::iter::once(&step.node).chain(filters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(expression: &str, sees: Sees) -> Option<String> {
        fault(&jsonata_core::parser::parse(expression).unwrap(), sees)
    }

    #[test]
    fn what_means_nothing_at_the_top_is_refused() {
        for expression in [
            "$",
            "$$",
            "$.a",
            "$$.a",
            "a",
            "a.b",
            "*",
            "**.a",
            "1 + a",
            "$count(a)",
            "{'a': b}",
            "[$]",
            "a[0]",
        ] {
            assert!(of(expression, Sees::default()).is_some(), "{expression}");
        }
    }

    #[test]
    fn an_operator_that_is_newer_than_the_language_is_refused_wherever_it_stands() {
        for expression in
            ["$a ?? 1", "$a ?: 1", "$f(1, $a ?? 2)", "$map([1], function($x) { $x ?: 0 })", "[1][$ ?? 2]"]
        {
            let node = jsonata_core::parser::parse(expression).unwrap();
            assert!(newer(&node).is_some_and(|fault| fault.contains("unary operator")), "{expression}");
        }
        assert_eq!(newer(&jsonata_core::parser::parse("$a ? 1 : 2").unwrap()), None);
    }

    #[test]
    fn names_inside_a_path_and_a_function_are_free() {
        for expression in [
            "$states.input",
            "$states.input.a[b > 1].c",
            "$states.input.items^(price).{'n': name}",
            "$map($states.input, function($x) { $x.a })",
            "$states.input.list.($ * 2)",
            "$now()",
            "($x := 1; $x + 1)",
            "$states.input{a: $sum(b)}",
            "$x.y",
        ] {
            assert_eq!(of(expression, Sees::default()), None, "{expression}");
        }
    }

    #[test]
    fn results_and_errors_are_seen_where_they_are() {
        let (result, error) = (Sees { result: true, error: false }, Sees { result: false, error: true });
        assert!(of("$states.result.a", Sees::default()).is_some());
        assert!(of("$f($states.errorOutput)", result).is_some());
        assert!(of("$states.output", result).is_some());
        assert_eq!(of("$states.result.a & 'x'", result), None);
        assert_eq!(of("$states.errorOutput.Error", error), None);
    }
}
