//! Topics.

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use super::{Made, Site, text};

pub(super) fn topic(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let name = site.name(properties, "TopicName", 256);
    let made = site.call("sns", "CreateTopic", json!({ "Name": name }))?;
    let arn = text(&made, "/TopicArn")?;
    for subscription in properties["Subscription"].as_array().into_iter().flatten() {
        let input = json!({
            "TopicArn": arn, "Protocol": subscription["Protocol"], "Endpoint": subscription["Endpoint"],
        });
        site.call("sns", "Subscribe", input)?;
    }
    Ok(Made::new(arn.clone(), [("TopicArn", arn), ("TopicName", name)]))
}
