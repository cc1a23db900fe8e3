//! A stack: where it is, as whom it is asked, and what it said.

use serde::{Deserialize, Serialize};
use viridian_aws::{Role, cloudformation::Stack};

/// A stack and where it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StackConfig {
    /// Name of the stack.
    pub name: String,
    /// As in `eu-central-1`.
    pub region: String,
    /// An endpoint instead of AWS's own.
    pub endpoint_url: Option<String>,
    /// A role that is taken up first, in this account or in another one.
    pub role_arn: Option<String>,
    /// Agreed upon with the owner of the role.
    pub external_id: Option<String>,
    /// Under which name the console appears in the role's account; `viridian` unless told.
    pub session_name: Option<String>,
}

/// A stack, and what it said; nothing where it could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackReading {
    /// Which stack was asked.
    pub stack: StackConfig,
    /// Its outputs.
    pub found: Option<Stack>,
}

/// The role of a service or a stack, if it names one.
pub(super) fn role(
    arn: Option<&String>,
    external_id: Option<&String>,
    session_name: Option<&String>,
) -> Option<Role> {
    Some(Role {
        arn: arn?.clone(),
        external_id: external_id.cloned(),
        session_name: session_name.map_or_else(|| "viridian".to_owned(), Clone::clone),
    })
}
