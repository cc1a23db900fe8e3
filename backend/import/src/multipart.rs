//! Multipart forms as curl and browsers write them, with a boundary that is always the same.

/// No form's text is likely to hold it; whoever builds a form checks.
const BOUNDARY: &str = "----viridian7MA4YWxkTrZu0gW";

#[derive(Debug, Clone, Default)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) file_name: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) headers: Vec<String>,
}

/// The content type and the body.
pub(crate) fn written(parts: &[Part]) -> (String, String) {
    let mut boundary = BOUNDARY.to_owned();
    while parts.iter().any(|it| it.value.contains(&boundary)) {
        boundary.push('x');
    }
    let mut body = String::new();
    for part in parts {
        body.push_str(&format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"",
            escaped(&part.name)
        ));
        if let Some(name) = &part.file_name {
            body.push_str(&format!("; filename=\"{}\"", escaped(name)));
        }
        body.push_str("\r\n");
        if let Some(kind) = &part.kind {
            body.push_str(&format!("Content-Type: {kind}\r\n"));
        }
        for header in &part.headers {
            body.push_str(&format!("{header}\r\n"));
        }
        body.push_str(&format!("\r\n{}\r\n", part.value));
    }
    body.push_str(&format!("--{boundary}--\r\n"));
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// As the HTML standard has it for names.
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
