//! The AWS wire protocols: one endpoint, dispatched by `X-Amz-Target` or by `Action`.
