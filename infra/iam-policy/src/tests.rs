//! What policies say to requests: refusals first, then what is allowed.

use serde_json::{Value, json};

use crate::{Need, Policy, Verdict, judge};

fn policy(statements: Value) -> Policy {
    Policy::read("test", &json!({ "Version": "2012-10-17", "Statement": statements })).unwrap()
}

fn verdict(statements: Value, action: &str, resource: &str) -> Verdict {
    judge([&policy(statements)].into_iter(), &Need::new(action, resource))
}

#[test]
fn what_no_statement_allows_is_not_allowed() {
    let describe =
        json!([{ "Effect": "Allow", "Action": "ecs:Describe*", "Resource": "arn:aws:ecs:r:1:service/a/*" }]);
    for (action, resource, expected) in [
        ("ecs:DeleteTaskSet", "arn:aws:ecs:r:1:service/a/b", Verdict::NotAllowed),
        ("ecs:DescribeServices", "arn:aws:ecs:r:1:service/b/a", Verdict::NotAllowed),
        ("ecs:DescribeServices", "*", Verdict::NotAllowed),
        ("ecs:describeservices", "arn:aws:ecs:r:1:service/a/b", Verdict::Allowed),
    ] {
        assert_eq!(verdict(describe.clone(), action, resource), expected, "{action} {resource}");
    }
}

#[test]
fn a_deny_wins_over_every_allow() {
    let both = json!([
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": ["ecs:DeleteTaskSet"], "Resource": "*" },
    ]);
    assert_eq!(verdict(both.clone(), "ecs:DeleteTaskSet", "arn:x"), Verdict::Denied);
    assert_eq!(verdict(both, "ecs:UpdateTaskSet", "arn:x"), Verdict::Allowed);
}

#[test]
fn what_is_excepted_is_not_meant() {
    let others = json!({ "Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "NotResource": "arn:secret*" });
    assert_eq!(verdict(others.clone(), "iam:PassRole", "arn:x"), Verdict::NotAllowed);
    assert_eq!(verdict(others.clone(), "ecs:RunTask", "arn:secret:1"), Verdict::NotAllowed);
    assert_eq!(verdict(others, "ecs:RunTask", "arn:x"), Verdict::Allowed);
}

#[test]
fn conditions_decide_by_the_keys_of_the_request() {
    let statement = |condition: Value| json!({ "Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": condition });
    let mut need = Need::new("iam:PassRole", "arn:role");
    need.keys.insert("iam:PassedToService".to_owned(), "ecs-tasks.amazonaws.com".to_owned());
    for (condition, allowed) in [
        (json!({"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}), false),
        (json!({"StringEquals": {"iam:passedtoservice": ["x", "ecs-tasks.amazonaws.com"]}}), true),
        (json!({"StringLike": {"iam:PassedToService": "ecs*"}}), true),
        (json!({"StringNotEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}), false),
        (json!({"StringEquals": {"aws:Other": "x"}}), false),
        (json!({"StringEqualsIfExists": {"aws:Other": "x"}}), true),
        (json!({"Null": {"aws:Other": "true"}}), true),
        (json!({"Null": {"iam:PassedToService": true}}), false),
    ] {
        let policy = policy(statement(condition.clone()));
        assert_eq!(judge([&policy].into_iter(), &need) == Verdict::Allowed, allowed, "{condition}");
    }
}

#[test]
fn a_document_that_cannot_be_judged_is_refused() {
    for (statement, words) in [
        (json!({"Effect": "Maybe", "Action": "*", "Resource": "*"}), "Maybe"),
        (json!({"Effect": "Allow", "Resource": "*"}), "Action or NotAction"),
        (json!({"Effect": "Allow", "Action": "*"}), "Resource or NotResource"),
        (
            json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "1.2.3.4"}}}),
            "IpAddress",
        ),
    ] {
        let error = Policy::read("p", &json!({ "Statement": statement })).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}
