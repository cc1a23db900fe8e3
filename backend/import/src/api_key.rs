//! A key that signs a request in, in its query or in a header: secret in either.

use crate::{address, draft::Draft};

pub(crate) fn add(draft: &mut Draft, key: String, value: String, is_in_query: bool) {
    if is_in_query {
        let pair = format!("{}={}", address::component(&key), address::component(&value));
        draft.url = address::with_query(&draft.url, &pair);
        draft.secret_parameters.push(key);
    } else {
        draft.secret_headers.push(key.clone());
        draft.headers.push((key, value));
    }
}
