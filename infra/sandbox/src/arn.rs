//! Amazon resource names, made and taken apart in one place.

/// Where the sandbox says it is.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Place {
    pub region: String,
    pub account: String,
}

impl Default for Place {
    fn default() -> Self {
        Self { region: "ap-northeast-1".to_owned(), account: "123456789012".to_owned() }
    }
}

impl Place {
    /// `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{resource}", self.region, self.account)
    }

    /// The global form without a region, as IAM uses it.
    pub fn iam_arn(&self, resource: &str) -> String {
        format!("arn:aws:iam::{}:{resource}", self.account)
    }
}

/// The resource part of an ARN: what follows the account.
pub fn resource(arn: &str) -> Option<&str> {
    arn.splitn(6, ':').nth(5)
}

/// What follows the last `/` or, without one, the last `:`; the whole text if it has neither.
pub fn short_name(arn_or_name: &str) -> &str {
    arn_or_name.rsplit(['/', ':']).next().unwrap_or(arn_or_name)
}
