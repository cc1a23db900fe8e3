//! Probes from a HAR file, as browsers record it.

use serde::Deserialize;

use super::{Imported, Unusable};

#[derive(Deserialize)]
struct Har {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    request: Request,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Header>,
    post_data: Option<Data>,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: String,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default)]
    text: String,
}

pub fn import(text: &str) -> Result<Imported, Unusable> {
    let har: Har = serde_json::from_str(text).map_err(|error| Unusable::Malformed(error.to_string()))?;
    let mut imported = Imported::default();
    for Entry { request } in har.log.entries {
        let headers = request.headers.into_iter().map(|it| (it.name, it.value)).collect();
        let body = request.post_data.map(|it| it.text).filter(|it| !it.is_empty());
        imported.push(&request.method, &request.url, headers, body);
    }
    Ok(imported.numbered())
}
