//! The project's own state machines are definitions that the sandbox runs.

use std::path::Path;

use serde_json::{Value, json};

use crate::bench::{call, create, world};

#[test]
fn every_state_machine_of_the_project_is_accepted() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/state-machine");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some(name) = name.strip_suffix(".asl.json") else { continue };
        let text = std::fs::read_to_string(&path).unwrap();
        // Placeholders are filled in when a machine is deployed.
        let definition: Value = serde_json::from_str(&text).unwrap();
        let mut world = world();
        let answer =
            call(&mut world, "ValidateStateMachineDefinition", json!({"definition": definition.to_string()}));
        assert_eq!(answer.unwrap()["diagnostics"], json!([]), "{name}");
        create(&mut world, name, &definition).unwrap_or_else(|error| panic!("{name}: {error}"));
        names.push(name.to_owned());
    }
    names.sort();
    assert_eq!(names, ["clean-up", "deploy-green", "roll-back", "swap"]);
}
