//! The templates of other settings: each boots, and each is changed into the next without two listeners that want one
//! port.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use viridian_sandbox::{Caller, Sandbox, clock::Clock, cloudformation};

use super::{SERVICE, STATE};

const DIFFERENCES: &str = include_str!("../../../cdk/variant/differences.json");

/// A template with what differs in a variant; none is the defaults.
fn template(stack: &str, variant: Option<&str>) -> Value {
    let mut template: Value =
        serde_json::from_str(if stack == "Viridian" { SERVICE } else { STATE }).unwrap();
    let Some(variant) = variant else { return template };
    let differences: Value = serde_json::from_str(DIFFERENCES).unwrap();
    for (section, members) in differences[variant][stack].as_object().unwrap() {
        for (name, value) in members.as_object().unwrap() {
            let section = template[section].as_object_mut().unwrap();
            if value.is_null() {
                section.remove(name);
            } else {
                section.insert(name.clone(), value.clone());
            }
        }
    }
    template
}

struct World {
    sandbox: Sandbox,
    _folder: tempfile::TempDir,
}

impl World {
    fn boot(variant: Option<&str>, parameters: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::new(jiff::Timestamp::now(), 1.0);
        let (sandbox, _) = Sandbox::open(folder.path(), 7, clock).unwrap();
        let world = Self { sandbox, _folder: folder };
        for stack in ["ViridianState", "Viridian"] {
            let given = if stack == "Viridian" { parameters } else { &[] };
            let given = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let text = template(stack, variant).to_string();
            let made = world.sandbox.with(|world| cloudformation::deploy(world, stack, &text, &given));
            assert!(made.is_ok(), "{variant:?}: {made:?}");
        }
        world
    }

    fn change(&self, to: &Value) -> Result<(), String> {
        self.change_with(to, &[])
    }

    /// As `cdk deploy --parameters` does it.
    fn change_with(&self, to: &Value, parameters: &[(&str, &str)]) -> Result<(), String> {
        let given: BTreeMap<_, _> =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let change = |world: &mut _| cloudformation::change(world, "Viridian", &to.to_string(), &given);
        self.sandbox.with(change).map_err(|error| error.to_string())
    }

    /// The bounds of each scalable target with its number of policies, and whether scale-in is suspended.
    fn scaling(&self) -> Vec<(Value, Value, usize, Value)> {
        let ecs = json!({ "ServiceNamespace": "ecs" });
        let targets = self.ask("applicationautoscaling", "DescribeScalableTargets", ecs.clone());
        let policies = self.ask("applicationautoscaling", "DescribeScalingPolicies", ecs);
        let policies = policies["ScalingPolicies"].as_array().unwrap().len();
        let targets = targets["ScalableTargets"].as_array().unwrap().iter();
        let show = |it: &Value| {
            let held = it["SuspendedState"]["DynamicScalingInSuspended"].clone();
            (it["MinCapacity"].clone(), it["MaxCapacity"].clone(), policies, held)
        };
        targets.map(show).collect()
    }

    fn ask(&self, service: &str, operation: &str, input: Value) -> Value {
        let caller = Caller { arn: "arn:aws:iam::123456789012:user/reader".to_owned() };
        self.sandbox.with(|world| world.call(&caller, service, operation, input)).unwrap()
    }

    /// What stands at the balancer of the app, as `protocol port`.
    fn listeners(&self) -> Vec<String> {
        let resources = self.sandbox.with(|world| cloudformation::resources(world, "Viridian"));
        let balancer =
            resources.iter().find(|it| it.logical.starts_with("ReleaseBalancerLoadBalancer")).unwrap();
        let listed = self.ask(
            "elasticloadbalancingv2",
            "DescribeListeners",
            json!({ "LoadBalancerArn": balancer.physical }),
        );
        let listeners = listed["Listeners"].as_array().unwrap().iter();
        listeners.map(|it| format!("{} {}", it["Protocol"].as_str().unwrap(), it["Port"])).collect()
    }
}

const PLAIN: [&str; 2] = ["HTTP 80", "HTTP 8080"];
const CERTIFIED: [&str; 3] = ["HTTP 80", "HTTPS 443", "HTTPS 8080"];
const UNREDIRECTED: [&str; 2] = ["HTTPS 443", "HTTPS 8080"];

#[tokio::test]
async fn the_templates_of_all_settings_boot() {
    let variants: [(Option<&str>, &[&str]); 6] = [
        (None, &PLAIN),
        (Some("CERTIFIED"), &CERTIFIED),
        (Some("UNREDIRECTED"), &UNREDIRECTED),
        (Some("GUARDED"), &CERTIFIED),
        (Some("CONNECTED"), &PLAIN),
        (Some("TOLD"), &PLAIN),
    ];
    for (variant, listeners) in variants {
        let world = World::boot(variant, &[]);
        assert_eq!(sorted(world.listeners()), listeners, "{variant:?}");
    }
    let scaled = World::boot(None, &[("ScalingMax", "8"), ("ScalingMin", "2")]);
    let targets =
        scaled.ask("applicationautoscaling", "DescribeScalableTargets", json!({ "ServiceNamespace": "ecs" }));
    assert_eq!(targets["ScalableTargets"][0]["MaxCapacity"], json!(8));
}

#[tokio::test]
async fn each_is_changed_into_the_next_without_a_conflict_of_listeners() {
    let world = World::boot(None, &[]);
    for (variant, listeners) in [
        (Some("CERTIFIED"), &CERTIFIED[..]),
        (Some("GUARDED"), &CERTIFIED),
        (Some("CERTIFIED"), &CERTIFIED),
        // The two steps of the way back.
        (Some("UNREDIRECTED"), &UNREDIRECTED),
        (None, &PLAIN),
        (Some("TOLD"), &PLAIN),
        (Some("GUARDED"), &CERTIFIED),
        (Some("UNREDIRECTED"), &UNREDIRECTED),
        (None, &PLAIN),
    ] {
        let changed = world.change(&template("Viridian", variant));
        assert_eq!(changed, Ok(()), "to {variant:?}");
        assert_eq!(sorted(world.listeners()), listeners, "{variant:?}");
        let rules = world.sandbox.with(|world| cloudformation::outputs(world, "Viridian")).unwrap();
        let rule = json!({ "RuleArns": [rules["ProdListenerRuleArn"], rules["TestListenerRuleArn"]] });
        let kept = world.ask("elasticloadbalancingv2", "DescribeRules", rule);
        assert_eq!(kept["Rules"].as_array().unwrap().len(), 2, "{variant:?}");
    }
}

#[tokio::test]
async fn scaling_is_added_remembered_changed_and_taken_away_between_templates() {
    let world = World::boot(None, &[]);
    assert_eq!(world.scaling(), []);
    let held = |min: u32, max: u32| vec![(json!(min), json!(max), 1, json!(false))];
    // With a certificate at once, as somebody does who had put both off.
    world.change_with(&template("Viridian", Some("CERTIFIED")), &[("ScalingMax", "8")]).unwrap();
    assert_eq!(
        (world.scaling(), sorted(world.listeners())),
        (held(1, 8), sorted(CERTIFIED.map(str::to_owned).into()))
    );
    // Later commands need not repeat it, whatever else they change.
    for variant in [Some("GUARDED"), Some("UNREDIRECTED"), None, Some("CONNECTED"), Some("TOLD")] {
        assert_eq!(world.change(&template("Viridian", variant)), Ok(()), "to {variant:?}");
        assert_eq!(world.scaling(), held(1, 8), "{variant:?}");
    }
    // Nor does a change let go of what a release holds.
    let target =
        world.ask("applicationautoscaling", "DescribeScalableTargets", json!({ "ServiceNamespace": "ecs" }));
    let mut suspended = json!({ "SuspendedState": { "DynamicScalingInSuspended": true } });
    for member in ["ServiceNamespace", "ResourceId", "ScalableDimension"] {
        suspended[member] = target["ScalableTargets"][0][member].clone();
    }
    world.ask("applicationautoscaling", "RegisterScalableTarget", suspended);
    world.change_with(&template("Viridian", None), &[("ScalingMax", "4"), ("ScalingMin", "2")]).unwrap();
    assert_eq!(world.scaling(), [(json!(2), json!(4), 1, json!(true))]);
    for (max, found) in [("0", vec![]), ("3", held(2, 3)), ("0", vec![])] {
        assert_eq!(world.change_with(&template("Viridian", None), &[("ScalingMax", max)]), Ok(()), "{max}");
        assert_eq!(world.scaling(), found, "{max}");
    }
}

#[tokio::test]
async fn a_source_elsewhere_takes_the_place_of_codecommit_and_gives_it_back() {
    let world = World::boot(None, &[]);
    let provider = || {
        let outputs = world.sandbox.with(|world| cloudformation::outputs(world, "Viridian")).unwrap();
        let shown = world.ask("codepipeline", "GetPipeline", json!({ "name": outputs["PipelineName"] }));
        shown["pipeline"]["stages"][0]["actions"][0]["actionTypeId"]["provider"].clone()
    };
    assert_eq!(provider(), json!("CodeCommit"));
    world.change(&template("Viridian", Some("CONNECTED"))).unwrap();
    assert_eq!(provider(), json!("CodeStarSourceConnection"));
    world.change(&template("Viridian", None)).unwrap();
    assert_eq!(provider(), json!("CodeCommit"));
}

#[tokio::test]
async fn the_short_way_back_and_an_unordered_redirect_are_refused() {
    let world = World::boot(Some("CERTIFIED"), &[]);
    let short = world.change(&template("Viridian", None)).unwrap_err();
    assert!(short.contains("A listener already exists on this port"), "{short}");

    let world = World::boot(None, &[]);
    let mut unordered = template("Viridian", Some("CERTIFIED"));
    let resources = unordered["Resources"].as_object_mut().unwrap();
    let redirect = resources.iter_mut().find(|(id, _)| id.starts_with("ReleaseBalancerRedirect")).unwrap();
    assert!(redirect.1.as_object_mut().unwrap().remove("DependsOn").is_some());
    let refused = world.change(&unordered).unwrap_err();
    assert!(refused.contains("A listener already exists on this port"), "{refused}");
}

fn sorted(mut listeners: Vec<String>) -> Vec<String> {
    listeners.sort();
    listeners
}
