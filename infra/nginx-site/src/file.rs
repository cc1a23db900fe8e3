//! Files of an image, and how they are answered: validators, conditions, ranges.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use bytes::Bytes;
use http::{HeaderMap, header};
use jiff::Timestamp;

use crate::{Request, Response, page, settings::Settings};

#[derive(Debug)]
pub(crate) struct File {
    pub(crate) bytes: Bytes,
    modified: Timestamp,
}

/// Reads a folder and what lies in it, by path from its root. Links are not followed.
pub(crate) fn read(folder: &Path) -> io::Result<BTreeMap<String, File>> {
    let mut files = BTreeMap::new();
    let mut waiting: Vec<(PathBuf, String)> = vec![(folder.to_owned(), String::new())];
    while let Some((folder, place)) = waiting.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let place = format!("{place}/{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type()?;
            if kind.is_dir() {
                waiting.push((entry.path(), place));
            } else if kind.is_file() {
                let modified = entry.metadata()?.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                let modified = Timestamp::try_from(modified).unwrap_or(Timestamp::UNIX_EPOCH);
                files.insert(place, File { bytes: Bytes::from(std::fs::read(entry.path())?), modified });
            }
        }
    }
    Ok(files)
}

impl File {
    fn tag(&self) -> String {
        format!("\"{:x}-{:x}\"", self.modified.as_second(), self.bytes.len())
    }
}

pub(crate) fn respond(file: &File, place: &str, settings: &Settings, request: &Request<'_>) -> Response {
    let (tag, modified) = (file.tag(), page::date(file.modified));
    let mut validators = vec![("Last-Modified".to_owned(), modified.clone())];
    if settings.etag {
        validators.push(("ETag".to_owned(), tag.clone()));
    }
    if unchanged(request.headers, &tag, &modified, settings.etag) {
        let mut headers = vec![("Server".to_owned(), page::server(settings))];
        headers.extend(validators);
        return Response { status: 304, headers, body: Bytes::new() };
    }
    let length = file.bytes.len();
    let kind = settings.kind(place);
    let mut answer = match range(request.headers, length, &tag, &modified) {
        Range::Whole => page::answer(settings, 200, &kind, file.bytes.clone()),
        Range::Part(from, to) => {
            let mut answer = page::answer(settings, 206, &kind, file.bytes.slice(from..=to));
            answer.headers.push(("Content-Range".to_owned(), format!("bytes {from}-{to}/{length}")));
            answer
        }
        Range::Outside => {
            let mut answer = page::plain(settings, 416);
            answer.headers.push(("Content-Range".to_owned(), format!("bytes */{length}")));
            return answer;
        }
    };
    answer.headers.extend(validators);
    if answer.status == 200 {
        answer.headers.push(("Accept-Ranges".to_owned(), "bytes".to_owned()));
    }
    answer
}

fn unchanged(headers: &HeaderMap, tag: &str, modified: &str, etag: bool) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(tags) = text(header::IF_NONE_MATCH) {
        return etag
            && tags
                .split(',')
                .any(|other| matches!(other.trim(), "*") || other.trim().trim_start_matches("W/") == tag);
    }
    // nginx compares the text of the date exactly, unless configured otherwise.
    text(header::IF_MODIFIED_SINCE) == Some(modified)
}

enum Range {
    Whole,
    Part(usize, usize),
    Outside,
}

/// The single range that is asked for. More than one at once may be answered with the whole.
fn range(headers: &HeaderMap, length: usize, tag: &str, modified: &str) -> Range {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if text(header::IF_RANGE).is_some_and(|condition| condition != tag && condition != modified) {
        return Range::Whole;
    }
    let Some(span) = text(header::RANGE).and_then(|value| value.strip_prefix("bytes=")) else {
        return Range::Whole;
    };
    let Some((from, to)) = span.split_once('-').filter(|_| !span.contains(',')) else { return Range::Whole };
    let last = length.saturating_sub(1);
    match (from.trim().parse::<usize>(), to.trim().parse::<usize>()) {
        (Ok(from), _) if from >= length => Range::Outside,
        (Ok(from), Ok(to)) if from <= to => Range::Part(from, to.min(last)),
        (Ok(from), Err(_)) if to.trim().is_empty() => Range::Part(from, last),
        (Err(_), Ok(suffix)) if from.trim().is_empty() && suffix > 0 && length > 0 => {
            Range::Part(length.saturating_sub(suffix), last)
        }
        (Err(_), Ok(_)) if from.trim().is_empty() => Range::Outside,
        _ => Range::Whole,
    }
}
