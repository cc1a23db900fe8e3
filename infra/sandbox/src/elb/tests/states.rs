//! States of targets and their reasons over time, and who gets requests then.

use serde_json::json;

use crate::{
    elb::{HealthFault, set_health_fault},
    testing::{balancer, ecs, elb, group, health, page, pass, point, service, task_set, world},
};

fn state(state: &str, reason: &str) -> Vec<(String, String)> {
    vec![(state.to_owned(), reason.to_owned())]
}

fn description(world: &mut crate::World, group: &str) -> String {
    let shown = elb(world, "DescribeTargetHealth", json!({"TargetGroupArn": group}));
    let health = &shown["TargetHealthDescriptions"][0]["TargetHealth"];
    health["Description"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn each_way_to_fail_has_its_reason_and_its_words() {
    let (mut world, _folder) = world();
    let (_, rule) = balancer(&mut world);
    let blue = group(&mut world, "blue");
    point(&mut world, &rule, &[(&blue, 1)]);
    let image = page(&mut world, "blue");
    let definition = crate::testing::definition(&mut world, &image);
    // A long time of grace keeps the service from replacing the task.
    service(&mut world, 1);
    ecs(&mut world, "UpdateService", json!({"healthCheckGracePeriodSeconds": 100_000})).unwrap();
    task_set(&mut world, &definition, &blue).unwrap();
    pass(&mut world, 60);
    assert_eq!(health(&mut world, &blue), state("healthy", ""));
    for (health_faults, reason, words) in [
        (
            HealthFault::Status(503),
            "Target.ResponseCodeMismatch",
            "Health checks failed with these codes: [503]",
        ),
        (HealthFault::Timeout, "Target.Timeout", "Request timed out"),
        (HealthFault::Refused, "Target.FailedHealthChecks", "Health checks failed"),
    ] {
        set_health_fault(&mut world, &blue, Some(health_faults));
        // One failure is not enough: the threshold is two.
        pass(&mut world, 10);
        assert_eq!(health(&mut world, &blue), state("healthy", ""));
        pass(&mut world, 11);
        assert_eq!(health(&mut world, &blue), state("unhealthy", reason));
        assert_eq!(description(&mut world, &blue), words);
        set_health_fault(&mut world, &blue, None);
        pass(&mut world, 30);
        assert_eq!(health(&mut world, &blue), state("healthy", ""));
    }
}

#[test]
fn a_new_target_is_healthy_after_one_check_and_unhealthy_after_its_threshold() {
    let (mut world, _folder) = world();
    let (_, rule) = balancer(&mut world);
    let blue = group(&mut world, "blue");
    let slow = json!({"TargetGroupArn": blue, "HealthyThresholdCount": 10});
    elb(&mut world, "ModifyTargetGroup", slow);
    point(&mut world, &rule, &[(&blue, 1)]);
    let register = json!({"TargetGroupArn": blue, "Targets": [{"Id": "10.0.0.9"}]});
    elb(&mut world, "RegisterTargets", register);
    assert_eq!(health(&mut world, &blue), state("initial", "Elb.RegistrationInProgress"));
    pass(&mut world, 3);
    assert_eq!(health(&mut world, &blue), state("initial", "Elb.InitialHealthChecking"));
    // Nobody answers at that address.
    pass(&mut world, 21);
    assert_eq!(health(&mut world, &blue), state("unhealthy", "Target.Timeout"));

    service(&mut world, 1);
    let image = page(&mut world, "blue");
    let definition = crate::testing::definition(&mut world, &image);
    task_set(&mut world, &definition, &blue).unwrap();
    pass(&mut world, 30);
    assert!(health(&mut world, &blue).contains(&("healthy".to_owned(), String::new())));
}

#[test]
fn a_target_drains_for_its_delay_and_comes_back_when_it_is_registered_again() {
    let (mut world, _folder) = world();
    let (_, rule) = balancer(&mut world);
    let blue = group(&mut world, "blue");
    point(&mut world, &rule, &[(&blue, 1)]);
    let target = json!({"TargetGroupArn": blue, "Targets": [{"Id": "10.0.0.9"}]});
    elb(&mut world, "RegisterTargets", target.clone());
    elb(&mut world, "DeregisterTargets", target.clone());
    assert_eq!(health(&mut world, &blue), state("draining", "Target.DeregistrationInProgress"));
    pass(&mut world, 59);
    assert_eq!(health(&mut world, &blue).len(), 1);
    elb(&mut world, "RegisterTargets", target.clone());
    assert_eq!(health(&mut world, &blue), state("initial", "Elb.RegistrationInProgress"));
    elb(&mut world, "DeregisterTargets", target.clone());
    pass(&mut world, 60);
    assert!(health(&mut world, &blue).is_empty());
    // In no rule there is nothing to drain.
    elb(&mut world, "RegisterTargets", target.clone());
    let closed = json!([{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}]);
    elb(&mut world, "ModifyRule", json!({"RuleArn": rule, "Actions": closed}));
    assert_eq!(health(&mut world, &blue), state("unused", "Target.NotInUse"));
    elb(&mut world, "DeregisterTargets", target);
    assert!(health(&mut world, &blue).is_empty());
}

/// Which targets of a group get requests, by the last part of their address, and how many of a hundred.
fn taken(world: &mut crate::World, group: &str) -> Vec<(String, usize)> {
    let pool = crate::elb::routes::pool(&mut world.elb, group);
    let mut counts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for _ in 0..100 {
        if let Some(spot) = pool.next(None) {
            *counts.entry(spot.id.clone()).or_default() += 1;
        }
    }
    counts.into_iter().collect()
}

#[test]
fn when_all_are_unhealthy_all_get_requests() {
    let (mut world, _folder) = world();
    let (_, rule) = balancer(&mut world);
    let blue = group(&mut world, "blue");
    point(&mut world, &rule, &[(&blue, 1)]);
    service(&mut world, 2);
    ecs(&mut world, "UpdateService", json!({"healthCheckGracePeriodSeconds": 100_000})).unwrap();
    let image = page(&mut world, "blue");
    let definition = crate::testing::definition(&mut world, &image);
    task_set(&mut world, &definition, &blue).unwrap();
    pass(&mut world, 5);
    assert!(taken(&mut world, &blue).is_empty());
    pass(&mut world, 60);
    assert_eq!(taken(&mut world, &blue).len(), 2);
    set_health_fault(&mut world, &blue, Some(HealthFault::Status(500)));
    pass(&mut world, 40);
    assert!(health(&mut world, &blue).iter().all(|(state, _)| state == "unhealthy"));
    assert_eq!(taken(&mut world, &blue).len(), 2);
}

#[test]
fn a_target_that_starts_slowly_gets_more_as_time_passes() {
    let (mut world, _folder) = world();
    let (_, rule) = balancer(&mut world);
    let blue = group(&mut world, "blue");
    point(&mut world, &rule, &[(&blue, 1)]);
    let slow = json!([{"Key": "slow_start.duration_seconds", "Value": "100"}]);
    elb(&mut world, "ModifyTargetGroupAttributes", json!({"TargetGroupArn": blue, "Attributes": slow}));
    service(&mut world, 1);
    let image = page(&mut world, "blue");
    let definition = crate::testing::definition(&mut world, &image);
    task_set(&mut world, &definition, &blue).unwrap();
    pass(&mut world, 60);
    let first = taken(&mut world, &blue);
    // The first has nobody beside it who could take its part.
    assert_eq!(first.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [100]);
    ecs(&mut world, "UpdateService", json!({"desiredCount": 2})).unwrap();
    let mut shares: Vec<usize> = Vec::new();
    for _ in 0..15 {
        pass(&mut world, 10);
        let second = taken(&mut world, &blue).into_iter().find(|(id, _)| *id != first[0].0);
        shares.extend(second.map(|(_, count)| count));
    }
    assert!(shares.is_sorted() && shares[0] < 20 && shares.last() == Some(&50), "{shares:?}");
}
