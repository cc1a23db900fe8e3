//! Who sees what: listeners, their rules with weights, target groups and the health of targets.

use serde::{Deserialize, Serialize};

/// The two ways in and everything behind them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Traffic {
    /// Where customers come in.
    pub production: Door,
    /// Where testers come in.
    pub test: Door,
    /// Every group that a task set or a rule of the service names.
    pub target_groups: Vec<TargetGroup>,
}

/// One listener rule of the service: a way in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Door {
    /// Of the listener.
    pub port: u16,
    /// ARN of the listener rule.
    pub rule_arn: String,
    /// The rule's priority as AWS gives it: a number, or `default`.
    pub priority: String,
    /// What it does with a request.
    pub answer: Answer,
}

/// What a rule does with a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RuleAction))]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Sends it to target groups.
    Forward {
        /// The groups with their weights.
        to: Vec<Weight>,
    },
    /// Answers by itself.
    Fixed {
        /// HTTP's status code.
        status: u16,
        /// The body.
        message: String,
    },
    /// Sends the client elsewhere.
    Redirect {
        /// Where to, as AWS writes it.
        to: String,
    },
    /// Some other action, by AWS's name.
    Other {
        /// AWS's name of the action.
        name: String,
    },
}

/// A target group of a rule with its share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Weight {
    /// ARN of the target group.
    pub target_group: String,
    /// 0 to 999; its share is weight over sum.
    pub weight: u32,
}

/// A target group with its targets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TargetGroup {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Those that are registered, on their way out included.
    pub targets: Vec<Target>,
    /// Requests in a minute, where the reader knows.
    pub requests_per_minute: Option<f64>,
}

/// A task as the load balancer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Target {
    /// An address.
    pub id: String,
    /// Where it listens.
    pub port: u16,
    /// What the load balancer says of it.
    pub health: TargetHealth,
    /// AWS's reason code and description, in one line.
    pub reason: Option<String>,
}

/// What the load balancer says of a target, in AWS's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TargetHealth {
    /// It was registered and is being checked for the first time.
    Initial,
    /// It passes its checks and gets requests.
    Healthy,
    /// It fails its checks.
    Unhealthy,
    /// No rule sends its group anything, so it is not checked.
    Unused,
    /// It gets no new requests and is on its way out.
    Draining,
    /// Checks are switched off.
    Unavailable,
    /// A value that AWS added later.
    Unknown(String),
}

impl Traffic {
    /// Whether production's rule names a target group of this name.
    pub fn serves(&self, name: &str) -> bool {
        let Answer::Forward { to } = &self.production.answer else { return false };
        to.iter().filter_map(|weight| self.target_group(&weight.target_group)).any(|group| group.name == name)
    }

    /// The group of this ARN.
    pub fn target_group(&self, arn: &str) -> Option<&TargetGroup> {
        self.target_groups.iter().find(|group| group.arn == arn)
    }
}

impl TargetGroup {
    /// How many targets are healthy.
    pub fn healthy(&self) -> usize {
        self.targets.iter().filter(|target| target.health == TargetHealth::Healthy).count()
    }

    /// Targets that count: those that are not on their way out.
    pub fn present(&self) -> usize {
        self.targets.iter().filter(|target| target.health != TargetHealth::Draining).count()
    }
}

impl Door {
    /// The share of traffic that goes to a target group, 0.0 to 1.0. A single group gets everything
    /// whatever its weight is, as the load balancer does it; groups that all weigh nothing get nothing.
    pub fn share(&self, target_group: &str) -> f64 {
        let Answer::Forward { to } = &self.answer else { return 0.0 };
        if let [only] = to.as_slice() {
            return if only.target_group == target_group { 1.0 } else { 0.0 };
        }
        let sum: u32 = to.iter().map(|weight| weight.weight).sum();
        let own: u32 =
            to.iter().filter(|weight| weight.target_group == target_group).map(|weight| weight.weight).sum();
        if sum == 0 { 0.0 } else { f64::from(own) / f64::from(sum) }
    }

    /// Whether its rule names the group, whatever its weight.
    pub fn names(&self, target_group: &str) -> bool {
        matches!(&self.answer, Answer::Forward { to } if to.iter().any(|weight| weight.target_group == target_group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(to: &[(&str, u32)]) -> Door {
        let to = to
            .iter()
            .map(|(group, weight)| Weight { target_group: (*group).to_owned(), weight: *weight })
            .collect();
        Door {
            port: 80,
            rule_arn: "rule".to_owned(),
            priority: "1".to_owned(),
            answer: Answer::Forward { to },
        }
    }

    #[test]
    fn a_share_is_weight_over_sum() {
        let door = door(&[("green", 75), ("blue", 25)]);
        assert!((door.share("green") - 0.75).abs() < 1e-9);
        assert!(door.share("other").abs() < 1e-9);
    }

    #[test]
    fn a_group_kept_warm_at_weight_zero_gets_nothing_and_is_still_named() {
        let door = door(&[("green", 1), ("blue", 0)]);
        assert!(door.share("blue").abs() < 1e-9);
        assert!(door.names("blue"));
    }

    #[test]
    fn a_single_group_gets_everything_even_at_weight_zero() {
        assert!((door(&[("blue", 0)]).share("blue") - 1.0).abs() < 1e-9);
    }
}
