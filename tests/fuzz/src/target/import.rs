//! Foreign files: the first line names the format. What comes out can be sent, has names of its own, and nothing
//! vanishes without a word.

use std::collections::HashSet;

use viridian_import::{Imported, bruno, curl, har, hurl, list, openapi, postman, sitemap};

pub(super) fn run(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let (format, text) = text.split_once('\n').unwrap_or((&text, ""));
    let read = match format.trim() {
        "har" => har::import(text),
        "openapi" => openapi::import(text),
        "postman" => postman::import(text),
        "sitemap" => sitemap::import(text),
        "curl" => Ok(curl::import(text)),
        "hurl" => Ok(hurl::import(text)),
        "bruno" => Ok(bruno::import(text)),
        _ => Ok(list::import(text)),
    };
    match read {
        Ok(imported) => {
            check(&imported);
            let first =
                imported.remarks.first().map(|it| it.rsplit(':').next().unwrap_or_default().to_owned());
            format!("{} probes, {} remarks, {first:?}", imported.probes.len(), imported.remarks.len())
        }
        Err(refused) => refused.to_string(),
    }
}

fn check(imported: &Imported) {
    let mut names = HashSet::new();
    for probe in &imported.probes {
        assert!(names.insert(&probe.name), "two probes of one name");
        assert!(probe.path.starts_with('/'), "a path that is none");
        let path = probe.path.replace("{env:", "").replace('}', "");
        assert!(path.parse::<http::Uri>().is_ok(), "a path that cannot be sent");
        assert!(http::Method::from_bytes(probe.method.as_bytes()).is_ok(), "a method that is none");
        for (name, value) in &probe.headers {
            assert!(http::HeaderName::from_bytes(name.as_bytes()).is_ok(), "a header that is none");
            assert!(http::HeaderValue::from_bytes(value.as_bytes()).is_ok(), "a value that cannot be sent");
        }
    }
}
