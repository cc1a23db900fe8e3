//! Who calls an operation.

use serde::{Deserialize, Serialize};

/// Who calls an operation: the identity whose policies would be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// ARN of the user or of the assumed role's session.
    pub arn: String,
}
