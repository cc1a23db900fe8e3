//! The input of an execution that a person starts: it stays at the service that it is given for.
//!
//! State machines act on what their input names. An input that names another cluster, service, rule or group would
//! change what this console does not show, or hand green the production rule as if it were the test rule.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use viridian_shared::snapshot::Snapshot;

use crate::{Error, Service};

/// Whether an input is JSON and speaks of this service alone.
pub(super) fn check(service: &Service, snapshot: &Snapshot, input: &str) -> Result<(), Error> {
    let value = serde_json::from_str::<Json>(input)
        .map_err(|error| Error::Invalid(format!("The input is not JSON: {error}.")))?;
    Own { service, snapshot }.check("", &value).map_err(Error::Invalid)
}

/// What a service may be spoken of as.
struct Own<'a> {
    service: &'a Service,
    snapshot: &'a Snapshot,
}

impl Own<'_> {
    fn check(&self, name: &str, value: &Json) -> Result<(), String> {
        match value {
            Json::Other => self.is_named_by_text(name, "something that is no text"),
            Json::Text(text) => self.text(name, text),
            Json::List(items) => {
                self.is_named_by_text(name, "a list")?;
                items.iter().try_for_each(|item| self.check("", item))
            }
            Json::Object(members) => {
                self.is_named_by_text(name, "an object")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    // Which of two counts is for each reader to choose, so neither can be checked.
                    if members.iter().take(index).any(|(earlier, _)| earlier == name) {
                        return Err(format!("The input names {name} twice."));
                    }
                    self.check(name, value)?;
                }
                Ok(())
            }
        }
    }

    /// What the member of this name must be, where that is settled.
    fn settled(&self, name: &str) -> Option<&str> {
        let settings = &self.service.settings;
        match name {
            "ClusterName" => Some(&settings.cluster),
            "ServiceName" => Some(&settings.service),
            "ProdListenerRuleArn" => Some(&settings.production_rule),
            "TestListenerRuleArn" => Some(&settings.test_rule),
            _ => None,
        }
    }

    fn is_named_by_text(&self, name: &str, what: &str) -> Result<(), String> {
        match self.settled(name) {
            Some(own) => Err(format!("{name} is {own} for this service, and the input has {what} there.")),
            None => Ok(()),
        }
    }

    fn text(&self, name: &str, text: &str) -> Result<(), String> {
        if let Some(own) = self.settled(name) {
            return if own == text {
                Ok(())
            } else {
                Err(format!("{name} is {own} for this service, and the input names {text}."))
            };
        }
        let is_of_traffic_or_tasks =
            text.starts_with("arn:") && (text.contains(":elasticloadbalancing:") || text.contains(":ecs:"));
        let is_task_definition = text.contains(":task-definition/");
        if is_of_traffic_or_tasks && !is_task_definition && !self.knows(text) {
            return Err(format!("{text} is not of this service."));
        }
        if name == "TargetGroupName" && self.snapshot.traffic().is_some_and(|traffic| traffic.serves(text)) {
            return Err(format!("Production serves the target group {text}: green needs one of its own."));
        }
        Ok(())
    }

    /// Whether an ARN is one of the service's own.
    fn knows(&self, arn: &str) -> bool {
        let settings = &self.service.settings;
        let (cluster, service) = (&settings.cluster, &settings.service);
        let sets = self.snapshot.tasks().map(|tasks| tasks.task_sets.as_slice()).unwrap_or_default();
        [&settings.production_rule, &settings.test_rule].iter().any(|own| own.as_str() == arn)
            || self.snapshot.traffic().is_some_and(|traffic| traffic.target_group(arn).is_some())
            || sets.iter().any(|set| set.arn == arn)
            || arn.ends_with(&format!(":cluster/{cluster}"))
            || arn.ends_with(&format!(":service/{cluster}/{service}"))
    }
}

/// JSON as it is written: members in their order, and those of one name apart.
enum Json {
    Text(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
    Other,
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Written)
    }
}

struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = Json;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = from.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}
