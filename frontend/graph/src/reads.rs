//! What a definition reads of the input that an execution is started with: the names of its members.
//!
//! A name counts for as long as no state has written it on the way, and no state has put something else in the place
//! of the whole. What is asked for its presence anywhere may be left out. Where the definition goes its own ways with
//! its data (an expression over the whole), the answer is what can be told, never a reason to refuse an input.

use std::collections::BTreeSet;

use crate::{
    graph::{EdgeKind, Graph, Node, NodeKind},
    json::Json,
};

/// Names of members of the input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reads {
    /// Read without asking whether they are there.
    pub needed: BTreeSet<String>,
    /// Read where they are there.
    pub optional: BTreeSet<String>,
}

impl Reads {
    /// What a definition reads.
    pub fn of(graph: &Graph) -> Self {
        let uses: Vec<Uses> = graph.nodes.iter().map(Uses::of).collect();
        let (mut asked, mut names) = (BTreeSet::new(), BTreeSet::new());
        for own in &uses {
            asked.extend(own.asked.iter().map(String::as_str));
            names.extend(own.read.iter().chain(&own.asked).map(String::as_str));
        }
        let mut reads = Self::default();
        for name in names {
            if is_read(graph, &uses, name) {
                let kind = if asked.contains(name) { &mut reads.optional } else { &mut reads.needed };
                kind.insert(name.to_owned());
            }
        }
        reads
    }
}

/// Whether a state reads a name of the input before anything else stands there.
fn is_read(graph: &Graph, uses: &[Uses], name: &str) -> bool {
    let mut ahead: Vec<usize> = graph.scopes.first().and_then(|it| it.start).into_iter().collect();
    let mut is_known = vec![false; uses.len()];
    while let Some(node) = ahead.pop() {
        let Some(own) = uses.get(node).filter(|_| !std::mem::replace(&mut is_known[node], true)) else {
            continue;
        };
        if own.read.contains(name) || own.asked.contains(name) {
            return true;
        }
        let stands = |kind: EdgeKind| match kind {
            EdgeKind::Catch => !own.caught.contains(name) && !own.catch_replaces,
            _ => !own.replaces && own.written.as_deref() != Some(name),
        };
        ahead.extend(graph.leading_from(node).filter(|(_, edge)| stands(edge.kind)).map(|(_, edge)| edge.to));
    }
    false
}

/// What a state does with the data.
#[derive(Debug, Default)]
struct Uses {
    read: BTreeSet<String>,
    /// Asked for their presence.
    asked: BTreeSet<String>,
    /// The member that its result becomes.
    written: Option<String>,
    /// Whether its result takes the place of everything.
    replaces: bool,
    /// The members that an error becomes, on the ways on which it was caught.
    caught: BTreeSet<String>,
    /// Whether an error takes the place of everything there.
    catch_replaces: bool,
}

impl Uses {
    fn of(node: &Node) -> Self {
        let mut uses = Self::default();
        let own = &node.definition;
        for (name, value) in own.members() {
            // What is said of a result does not speak of the input.
            if !matches!(
                name.as_str(),
                "ResultSelector" | "ResultPath" | "Comment" | "Next" | "Type" | "Catch"
            ) {
                uses.note(name, value);
            }
        }
        if let Some(Json::List(catchers)) = own.get("Catch") {
            for catcher in catchers {
                match catcher.get("ResultPath") {
                    Some(Json::Text(path)) if path != "$" => {
                        uses.caught.extend(first_name(path).map(str::to_owned));
                    }
                    Some(Json::Null) => {}
                    _ => uses.catch_replaces = true,
                }
            }
        }
        let makes_result = matches!(node.kind, NodeKind::Task | NodeKind::Map | NodeKind::Parallel)
            || (node.kind == NodeKind::Pass
                && ["Result", "Parameters", "InputPath"].iter().any(|it| own.get(it).is_some()));
        match own.get("ResultPath") {
            Some(Json::Text(path)) if path != "$" => uses.written = first_name(path).map(str::to_owned),
            Some(Json::Null) => {}
            _ => uses.replaces = makes_result || own.get("Output").is_some(),
        }
        uses.replaces |= own.get("OutputPath").is_some_and(|it| *it != Json::Text("$".to_owned()));
        uses
    }

    fn note(&mut self, name: &str, value: &Json) {
        match value {
            Json::Text(text)
                if name.ends_with(".$")
                    || name.ends_with("Path")
                    || name == "Variable"
                    || text.starts_with("{%") =>
            {
                self.read.extend(names_in(text).map(str::to_owned));
            }
            Json::Object(members) => {
                if let (Some(path), true) = (value.text("Variable"), value.get("IsPresent").is_some()) {
                    self.asked.extend(first_name(path).map(str::to_owned));
                    return;
                }
                for (name, value) in members {
                    self.note(name, value);
                }
            }
            Json::List(list) => list.iter().for_each(|value| self.note(name, value)),
            _ => {}
        }
    }
}

/// The names that a path, or the paths in a function's arguments, begin with.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices("$.").map(|(at, _)| at);
    let of_input = text.match_indices("$states.input.").map(|(at, mark)| at + mark.len() - 2);
    starts
        // `$$.` leads into the context.
        .filter(|at| at.checked_sub(1).and_then(|before| text.as_bytes().get(before)) != Some(&b'$'))
        .chain(of_input)
        .filter_map(|at| name_at(text.get(at + 2..)?))
}

fn first_name(path: &str) -> Option<&str> {
    name_at(path.strip_prefix("$.")?)
}

fn name_at(text: &str) -> Option<&str> {
    let end = text.find(|it: char| !(it.is_alphanumeric() || it == '_')).unwrap_or(text.len());
    text.get(..end).filter(|name| !name.is_empty())
}

/// What an input has too few and too many of, in sentences; none where it fits.
pub fn complaints(reads: &Reads, given: &BTreeSet<String>) -> Vec<String> {
    let listed = |names: Vec<&str>| names.join(", ");
    let missing: Vec<&str> =
        reads.needed.iter().map(String::as_str).filter(|name| !given.contains(*name)).collect();
    let unread: Vec<&str> = given
        .iter()
        .map(String::as_str)
        .filter(|name| !reads.needed.contains(*name) && !reads.optional.contains(*name))
        .collect();
    let mut complaints = Vec::new();
    if !missing.is_empty() {
        complaints.push(format!("The definition reads {}, which the input does not have.", listed(missing)));
    }
    if !unread.is_empty() {
        complaints.push(format!("The definition does not read {}.", listed(unread)));
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str) -> (Vec<String>, Vec<String>) {
        let reads = Reads::of(&Graph::of(&serde_json::from_str(text).unwrap()));
        (reads.needed.into_iter().collect(), reads.optional.into_iter().collect())
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn what_a_state_has_written_is_not_of_the_input() {
        let text = r#"{"StartAt":"A","States":{
            "A":{"Type":"Task","Resource":"x","Parameters":{"Cluster.$":"$.ClusterName","Also.$":"States.Format('{}{}', $.Name, $$.Execution.Id)"},
                 "ResultSelector":{"Of.$":"$.Result"},"ResultPath":"$.Service","Next":"B"},
            "B":{"Type":"Choice","Choices":[{"And":[{"Variable":"$.Green.Arn","IsPresent":true},{"Variable":"$.Green.Arn","StringEqualsPath":"$.Service.Arn"}],"Next":"C"}],"Default":"C"},
            "C":{"Type":"Pass","Parameters":{"Whole.$":"$.Service"},"Next":"D"},
            "D":{"Type":"Wait","SecondsPath":"$.Later","End":true}}}"#;
        assert_eq!(reads(text), (names(&["ClusterName", "Name"]), names(&["Green"])));
    }

    #[test]
    fn an_error_that_was_caught_is_not_of_the_input() {
        let text = r#"{"StartAt":"A","States":{
            "A":{"Type":"Task","Resource":"x","ResultPath":null,"End":true,
                 "Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.Caught","Next":"B"}]},
            "B":{"Type":"Fail","ErrorPath":"$.Caught.Error","CausePath":"$.Reason"}}}"#;
        assert_eq!(reads(text), (names(&["Reason"]), names(&[])));
        let whole = text.replace(r#""ResultPath":"$.Caught","#, "");
        assert_eq!(reads(&whole), (names(&[]), names(&[])));
    }

    #[test]
    fn expressions_over_the_input_are_read() {
        let text = r#"{"QueryLanguage":"JSONata","StartAt":"A","States":{
            "A":{"Type":"Task","Resource":"x","Arguments":{"Id":"{% $states.input.order.id %}"},"End":true}}}"#;
        assert_eq!(reads(text), (names(&["order"]), names(&[])));
    }

    #[test]
    fn an_input_is_held_against_what_is_read() {
        let reads = Reads { needed: ["A".to_owned()].into(), optional: ["B".to_owned()].into() };
        let given = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(complaints(&reads, &given(&["A", "B"])), Vec::<String>::new());
        assert_eq!(
            complaints(&reads, &given(&["C"])),
            ["The definition reads A, which the input does not have.", "The definition does not read C."]
        );
    }
}
