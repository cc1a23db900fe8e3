//! How gates are decided: a policy for each kind of gate, for every service or for one.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;
use viridian_domain::policy::Policies;
use viridian_shared::{
    people::{Person, Role},
    pipeline::GateKind,
    policy::Policy,
};

/// Policies by what a gate decides: `approve-swap`, `approve-clean-up`, `other`.
pub type Gates = BTreeMap<GateKind, Policy>;

/// The file of `--gates`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    gates: Gates,
}

/// Reads and checks a file with `[gates.…]`; an error is a sentence for a person.
pub fn read(path: &Path) -> Result<Gates, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("The policies in {shown} cannot be read: {error}."))?;
    let wrong = |error: String| format!("The policies in {shown} are not right: {error}");
    let File { gates } = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    check(&gates, &[]).map_err(wrong)?;
    Ok(gates)
}

/// What is wrong with policies, in a sentence: also where none of the people who can sign in could meet one.
pub(super) fn check(gates: &Gates, people: &[Person]) -> Result<(), String> {
    let policies =
        Policies::new(gates).map_err(|wrong| format!("a policy under gates is not right: {wrong}"))?;
    let approvers: Vec<&Person> = people.iter().filter(|person| person.has(Role::Approver)).collect();
    for (kind, policy) in gates.iter().filter(|_| !people.is_empty()) {
        if !policies.of(*kind).could_be_met_by(&approvers) {
            return Err(format!(
                "nobody could pass the gate {}: of the people who are named, too few are approvers of what its policy asks for. {}",
                name(*kind),
                policy.sentences().first().map(String::as_str).unwrap_or_default()
            ));
        }
    }
    Ok(())
}

/// What holds for a service: its own policies before those of all.
pub fn together(all: &Gates, own: &Gates) -> Gates {
    let mut gates = all.clone();
    gates.extend(own.iter().map(|(kind, policy)| (*kind, policy.clone())));
    gates
}

fn name(kind: GateKind) -> &'static str {
    match kind {
        GateKind::ApproveSwap => "approve-swap",
        GateKind::ApproveCleanUp => "approve-clean-up",
        GateKind::Other => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Gates, String> {
        let File { gates } = toml::from_str(text).map_err(|error| error.to_string())?;
        check(&gates, &[]).map(|()| gates)
    }

    const STRICT: &str = r#"
        [gates.approve-swap]
        approvals = 2
        from = [{ of = ["qa"] }, { of = ["operations", "operator"], approvals = 1 }]
        rejection = "majority"
        committers_vote = false
        starter_votes = false
        comment = true
        run_within_hours = 24
        no_open_findings = true
        quiet_hours = 48
        [gates.approve-swap.hours]
        zone = "Europe/Berlin"
        days = ["mon", "tue"]
        from = "09:00"
        until = "16:00"
        freezes = [{ from = "2026-12-20", until = "2027-01-06", why = "Christmas" }]
    "#;

    #[test]
    fn a_policy_is_taken_as_it_is_written() {
        let gates = parse(STRICT).unwrap();
        let policy = &gates[&GateKind::ApproveSwap];
        assert_eq!((policy.needed(), policy.committers_vote, policy.quiet_hours), (2, false, Some(48)));
        let again: File =
            toml::from_str(&toml::to_string(&BTreeMap::from([("gates", &gates)])).unwrap()).unwrap();
        assert_eq!(again.gates, gates, "what the demo writes is read");
    }

    #[test]
    fn what_nobody_knows_and_what_makes_no_sense_is_refused() {
        for (text, said) in [
            ("[gates.approve-swop]\napprovals = 1", "approve-swop"),
            ("[gates.approve-swap]\napproval = 1", "approval"),
            ("[gates.approve-swap]\napprovals = 0", "between 1 and 20"),
            ("[gates.approve-swap]\nfrom = [{ of = [] }]", "names groups or roles"),
            ("[gates.approve-swap]\nhours = { zone = \"Moon\" }", "no time zone"),
        ] {
            let wrong = parse(text).unwrap_err();
            assert!(wrong.contains(said), "{wrong}");
        }
    }

    #[test]
    fn a_policy_that_nobody_could_meet_is_refused_where_the_people_are_known() {
        let gates =
            parse("[gates.approve-swap]\nfrom = [{ of = [\"qa\"] }, { of = [\"operator\"] }]").unwrap();
        let person = |name: &str, roles: &[Role], groups: &[&str]| Person {
            name: name.to_owned(),
            roles: roles.to_vec(),
            groups: groups.iter().map(|&it| it.to_owned()).collect(),
            commits_as: Vec::new(),
        };
        let kim = person("kim", &[Role::Approver], &["qa"]);
        let lee = person("lee", &[Role::Approver, Role::Operator], &[]);
        assert_eq!(check(&gates, &[kim.clone(), lee]), Ok(()));
        let operator = person("lee", &[Role::Operator], &[]);
        assert!(
            check(&gates, &[kim, operator]).unwrap_err().contains("nobody could pass the gate approve-swap")
        );
    }

    #[test]
    fn a_service_has_its_own_policies_before_those_of_all() {
        let all = parse("[gates.approve-swap]\napprovals = 2\n[gates.other]\napprovals = 3").unwrap();
        let own = parse("[gates.approve-swap]\napprovals = 4").unwrap();
        let needed: Vec<_> = together(&all, &own).values().map(Policy::needed).collect();
        assert_eq!(needed, [4, 3]);
    }
}
