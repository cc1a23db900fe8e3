//! Which parts of policies are needed: each action and each resource is taken out of its statement in thought.

use crate::{
    document::Policy,
    judge::{Verdict, judge},
    need::Need,
};

/// An action or a resource of an allowing statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The actions of the statement, joined by commas: what tells it from the others of its role.
    pub statement: String,
    /// The action or resource itself.
    pub value: String,
    /// Whether it is a resource; otherwise it is an action.
    pub is_resource: bool,
    /// Whether something that was asked would be refused without it.
    pub is_needed: bool,
}

/// Judges every part by what was asked of the policies.
pub fn review(policies: &[Policy], needs: &[Need]) -> Vec<Part> {
    let mut parts = Vec::new();
    for (at, policy) in policies.iter().enumerate() {
        for (number, statement) in policy.statements.iter().enumerate() {
            for is_resource in [false, true] {
                let list = if is_resource { &statement.resource } else { &statement.action };
                for (index, value) in list.iter().enumerate() {
                    let without = without(policies, (at, number), is_resource, index);
                    parts.push(Part {
                        statement: statement.action.join(", "),
                        value: value.clone(),
                        is_resource,
                        is_needed: needs.iter().any(|need| judge(without.iter(), need) != Verdict::Allowed),
                    });
                }
            }
        }
    }
    parts
}

fn without(
    policies: &[Policy],
    (at, number): (usize, usize),
    is_resource: bool,
    index: usize,
) -> Vec<Policy> {
    let mut policies = policies.to_vec();
    let statements = &mut policies[at].statements;
    let list = if is_resource { &mut statements[number].resource } else { &mut statements[number].action };
    list.remove(index);
    if list.is_empty() {
        statements.remove(number);
    }
    policies
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_nobody_asks_for_is_not_needed_and_neither_is_what_is_allowed_twice() {
        let document = json!({ "Statement": [
            { "Effect": "Allow", "Action": ["ecs:ListTasks", "ecs:StopTask"], "Resource": ["arn:a", "arn:b"] },
            { "Effect": "Allow", "Action": "ecs:List*", "Resource": "arn:c" },
        ]});
        let policy = Policy::read("p", &document).unwrap();
        let asked = [Need::new("ecs:ListTasks", "arn:a"), Need::new("ecs:ListTasks", "arn:c")];
        let parts = review(std::slice::from_ref(&policy), &asked);
        let needed: Vec<&str> =
            parts.iter().filter(|part| part.is_needed).map(|part| part.value.as_str()).collect();
        assert_eq!(needed, ["ecs:ListTasks", "arn:a", "ecs:List*", "arn:c"]);
        let twice = review(&[policy.clone(), policy], &asked);
        assert!(twice.iter().all(|part| !part.is_needed));
    }
}
