//! Roles, who may take them, and IAM's own operations.

use serde_json::{Value, json};

use super::{caller, create_role, put_policy, register, session};
use crate::{
    World,
    testing::{ask, ok, world},
};

fn role(world: &mut World, name: &str, trust: Value) -> String {
    create_role(world, name, None, trust).unwrap()
}

fn trusting(principal: Value) -> Value {
    json!({ "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal }] })
}

#[test]
fn a_role_is_taken_only_by_whom_it_trusts() {
    let (mut world, _folder) = world();
    role(&mut world, "console", json!({}));
    let console = session(&world, "console", "approver-1");
    let stranger = role(&mut world, "stranger", trusting(json!({ "Service": "ecs-tasks.amazonaws.com" })));
    let open = role(&mut world, "open", trusting(json!({ "AWS": "arn:aws:iam::123456789012:root" })));
    let named =
        role(&mut world, "named", trusting(json!({ "AWS": ["arn:aws:iam::123456789012:role/console"] })));
    let mut take = |arn: &str| {
        let input = json!({ "RoleArn": arn, "RoleSessionName": "approver-1" });
        world.call(&console, "sts", "AssumeRole", input)
    };
    let refused = take(&stranger).unwrap_err();
    assert_eq!((refused.code.as_str(), refused.status), ("AccessDenied", 403));
    assert!(refused.message.contains("sts:AssumeRole on resource: arn:aws:iam::123456789012:role/stranger"));
    // It trusts the account, so the policies of who wants it decide.
    take(&open).unwrap_err();
    let key = take(&named).unwrap()["Credentials"]["AccessKeyId"].as_str().unwrap().to_owned();
    let arn = "arn:aws:sts::123456789012:assumed-role/named/approver-1";
    assert_eq!(caller(&world, &key).unwrap().arn, arn);

    let allow = json!({ "Statement": { "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": [open, stranger] } });
    put_policy(&mut world, "console", "take", &allow).unwrap();
    let mut take = |arn: &str| {
        let input = json!({ "RoleArn": arn, "RoleSessionName": "approver-1" });
        world.call(&console, "sts", "AssumeRole", input)
    };
    take(&open).unwrap();
    take(&stranger).unwrap_err();
}

#[test]
fn a_key_that_nobody_registered_is_a_user_who_may_everything() {
    let (mut world, _folder) = world();
    role(&mut world, "console", json!({}));
    assert_eq!(caller(&world, "any").unwrap().arn, "arn:aws:iam::123456789012:user/sandbox");
    let console = session(&world, "console", "console").arn;
    register(&mut world, "console", &console);
    assert_eq!(caller(&world, "console").unwrap().arn, console);
}

#[test]
fn iam_tells_of_roles_and_changes_their_policies() {
    let (mut world, _folder) = world();
    let missing = ask(&mut world, "iam", "GetRole", json!({ "RoleName": "worker" })).unwrap_err();
    assert_eq!((missing.code.as_str(), missing.status), ("NoSuchEntity", 404));
    let trust = trusting(json!({ "Service": "states.amazonaws.com" })).to_string();
    let create = json!({ "RoleName": "worker", "AssumeRolePolicyDocument": trust, "Description": "works" });
    let made = ok(&mut world, "iam", "CreateRole", create.clone());
    assert_eq!(made["Role"]["Arn"], "arn:aws:iam::123456789012:role/worker");
    assert_eq!(ask(&mut world, "iam", "CreateRole", create).unwrap_err().code, "EntityAlreadyExists");
    let put =
        |document: &str| json!({ "RoleName": "worker", "PolicyName": "work", "PolicyDocument": document });
    assert_eq!(
        ask(&mut world, "iam", "PutRolePolicy", put("{")).unwrap_err().code,
        "MalformedPolicyDocument"
    );
    let document = r#"{"Statement":{"Effect":"Allow","Action":"ecs:List*","Resource":"*"}}"#;
    ok(&mut world, "iam", "PutRolePolicy", put(document));
    let name = json!({ "RoleName": "worker", "PolicyName": "work" });
    let shown = ok(&mut world, "iam", "GetRolePolicy", name.clone())["PolicyDocument"].clone();
    assert!(shown.as_str().unwrap().starts_with("%7B%22Statement%22%3A%7B"), "{shown}");
    let gone = json!({ "RoleName": "worker" });
    assert_eq!(ask(&mut world, "iam", "DeleteRole", gone.clone()).unwrap_err().code, "DeleteConflict");
    let listed = ok(&mut world, "iam", "ListRolePolicies", json!({ "RoleName": "worker" }));
    assert_eq!(listed["PolicyNames"], json!(["work"]));
    let simulate = json!({
        "PolicySourceArn": "arn:aws:iam::123456789012:role/worker", "ActionNames": ["ecs:ListTasks", "ecs:StopTask"],
    });
    let simulated = ok(&mut world, "iam", "SimulatePrincipalPolicy", simulate);
    let decisions: Vec<&Value> =
        simulated["EvaluationResults"].as_array().unwrap().iter().map(|one| &one["EvalDecision"]).collect();
    assert_eq!(decisions, ["allowed", "implicitDeny"]);
    let of_user =
        json!({ "PolicySourceArn": "arn:aws:iam::123456789012:user/kim", "ActionNames": ["ecs:StopTask"] });
    let simulated = ok(&mut world, "iam", "SimulatePrincipalPolicy", of_user);
    assert_eq!(simulated["EvaluationResults"][0]["EvalDecision"], "allowed");
    ok(&mut world, "iam", "DeleteRolePolicy", name.clone());
    assert_eq!(ask(&mut world, "iam", "DeleteRolePolicy", name).unwrap_err().code, "NoSuchEntity");
    ok(&mut world, "iam", "DeleteRole", gone.clone());
    assert_eq!(ask(&mut world, "iam", "GetRole", gone).unwrap_err().code, "NoSuchEntity");
}

#[test]
fn a_user_takes_only_a_role_that_is_there_and_trusts_the_account() {
    let (mut world, _folder) = world();
    let take = |world: &mut World, name: &str| {
        let arn = format!("arn:aws:iam::123456789012:role/{name}");
        ask(world, "sts", "AssumeRole", json!({ "RoleArn": arn, "RoleSessionName": "aya" }))
    };
    let error = take(&mut world, "none").unwrap_err();
    assert_eq!((error.code.as_str(), error.status), ("AccessDenied", 403));
    let message = "User: arn:aws:iam::123456789012:user/tester is not authorized to perform: sts:AssumeRole on \
                   resource: arn:aws:iam::123456789012:role/none";
    assert_eq!(error.message, message);
    for (name, trust, is_taken) in [
        ("nobody", json!({}), false),
        ("service", trusting(json!({ "Service": "ecs-tasks.amazonaws.com" })), false),
        ("others", trusting(json!({ "AWS": "arn:aws:iam::999999999999:root" })), false),
        ("root", trusting(json!({ "AWS": "arn:aws:iam::123456789012:root" })), true),
        ("account", trusting(json!({ "AWS": "123456789012" })), true),
        ("user", trusting(json!({ "AWS": ["arn:aws:iam::123456789012:user/tester"] })), true),
        ("all", trusting(json!({ "AWS": "*" })), true),
    ] {
        role(&mut world, name, trust);
        assert_eq!(take(&mut world, name).is_ok(), is_taken, "{name}");
    }
    let other = json!({ "RoleArn": "arn:aws:iam::999999999999:role/all", "RoleSessionName": "aya" });
    assert_eq!(ask(&mut world, "sts", "AssumeRole", other).unwrap_err().code, "AccessDenied");
}
