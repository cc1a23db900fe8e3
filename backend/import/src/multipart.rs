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
    let mut lines = Vec::new();
    for Part { name, value, file_name, kind, headers } in parts {
        let file = file_name.as_ref().map_or(String::new(), |it| format!("; filename=\"{}\"", escaped(it)));
        lines.push(format!("--{boundary}"));
        lines.push(format!("Content-Disposition: form-data; name=\"{}\"{file}", escaped(name)));
        lines.extend(kind.as_ref().map(|it| format!("Content-Type: {it}")));
        lines.extend(headers.iter().cloned());
        lines.extend([String::new(), value.clone()]);
    }
    lines.extend([format!("--{boundary}--"), String::new()]);
    (format!("multipart/form-data; boundary={boundary}"), lines.join("\r\n"))
}

/// As the HTML standard has it for names.
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
