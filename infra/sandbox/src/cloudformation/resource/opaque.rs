//! Types that the sandbox does not model: nothing is there but a name, and what others derive from it.

use serde_json::Value;

use super::{Made, Site};
use crate::{arn::Place, cloudformation::name};

/// Properties that name a resource, by its type.
const NAMED: [(&str, &str); 3] = [
    ("AWS::Logs::LogGroup", "LogGroupName"),
    ("AWS::S3::Bucket", "BucketName"),
    ("AWS::SecretsManager::Secret", "Name"),
];

/// How ids of EC2 begin.
const PREFIXES: [(&str, &str); 12] = [
    ("AWS::EC2::EIP", "eipalloc"),
    ("AWS::EC2::FlowLog", "fl"),
    ("AWS::EC2::InternetGateway", "igw"),
    ("AWS::EC2::NatGateway", "nat"),
    ("AWS::EC2::Route", "r"),
    ("AWS::EC2::RouteTable", "rtb"),
    ("AWS::EC2::SecurityGroup", "sg"),
    ("AWS::EC2::SecurityGroupEgress", "sgr"),
    ("AWS::EC2::SecurityGroupIngress", "sgr"),
    ("AWS::EC2::Subnet", "subnet"),
    ("AWS::EC2::SubnetRouteTableAssociation", "rtbassoc"),
    ("AWS::EC2::VPC", "vpc"),
];

pub(super) fn make(site: &mut Site<'_>, kind: &str, properties: &Value) -> Made {
    let physical = physical(site, kind, properties);
    let reference = match kind {
        "AWS::SecretsManager::Secret" => Some(attribute(&site.world.place, kind, &physical, "Arn")),
        // The same as the secret that it attaches.
        "AWS::SecretsManager::SecretTargetAttachment" => properties["SecretId"].as_str().map(str::to_owned),
        _ => None,
    };
    Made { physical, reference, attributes: Vec::new(), is_modelled: false }
}

fn physical(site: &mut Site<'_>, kind: &str, properties: &Value) -> String {
    let named =
        NAMED.iter().find(|(named, _)| *named == kind).and_then(|(_, name)| properties[*name].as_str());
    if let Some(name) = named {
        return name.to_owned();
    }
    if let Some((_, prefix)) = PREFIXES.iter().find(|(known, _)| *known == kind) {
        return format!("{prefix}-{}", site.world.ids.hex(17));
    }
    let ids = &mut site.world.ids;
    match kind {
        "AWS::S3::Bucket" => name::generate(ids, site.stack, site.logical, 63).to_lowercase(),
        _ => name::generate(ids, site.stack, site.logical, 255),
    }
}

/// An attribute as it would look; only its form is right.
pub(super) fn attribute(place: &Place, kind: &str, physical: &str, name: &str) -> String {
    match (kind, name) {
        ("AWS::Logs::LogGroup", "Arn") => place.arn("logs", &format!("log-group:{physical}:*")),
        ("AWS::S3::Bucket", "Arn") => format!("arn:aws:s3:::{physical}"),
        ("AWS::SecretsManager::Secret", _) => place.arn("secretsmanager", &format!("secret:{physical}")),
        (_, name) if name.ends_with("Arn") => {
            let service = kind.split("::").nth(1).unwrap_or_default().to_lowercase();
            place.arn(&service, physical)
        }
        // Ids and names of what is known by one.
        (_, name) if name.ends_with("Id") || name.ends_with("Name") => physical.to_owned(),
        (_, name) => format!("{physical}.{}", name.to_lowercase()),
    }
}
