//! What a colour says before its body, as it came: header lines that are none by HTTP are ignored by browsers and
//! by curl, and shown here.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::answer::Header;

/// So much of what comes is heard.
const LONGEST: usize = 128 << 10;

/// The beginning of what came since it was last forgotten.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard(Arc<Mutex<Vec<u8>>>);

impl Heard {
    pub(super) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn hear(&self, bytes: &[u8]) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = LONGEST.saturating_sub(heard.len());
        heard.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// Lines among the headers that are none, as headers: their names as they are written.
    pub(super) fn odd_lines(&self) -> Vec<Header> {
        odd_lines(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A stream that is listened to.
pub(super) struct Tapped<S> {
    stream: S,
    heard: Heard,
}

impl<S> Tapped<S> {
    pub(super) fn new(stream: S, heard: Heard) -> Self {
        Self { stream, heard }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tapped<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, into);
        self.heard.hear(&into.filled()[before..]);
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tapped<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

fn odd_lines(heard: &[u8]) -> Vec<Header> {
    let mut rest = heard;
    loop {
        let mut lines = Vec::new();
        // An empty line ends a head.
        while let Some(end) = rest.iter().position(|it| *it == b'\n') {
            let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
            rest = &rest[end + 1..];
            if line.is_empty() {
                break;
            }
            lines.push(line);
        }
        let Some((status, headers)) = lines.split_first() else { return Vec::new() };
        // Interim answers come before the answer.
        let is_interim = status.split(|it| *it == b' ').nth(1).is_some_and(|it| it.starts_with(b"1"));
        if !is_interim {
            return headers.iter().filter_map(|line| odd(line)).collect();
        }
    }
}

/// A line that is neither a header nor goes on with one.
fn odd(line: &[u8]) -> Option<Header> {
    if line.starts_with(b" ") || line.starts_with(b"\t") {
        return None;
    }
    let colon = line.iter().position(|it| *it == b':');
    let (name, value) = colon.map_or((line, &b""[..]), |at| (&line[..at], &line[at + 1..]));
    let is_header = colon.is_some()
        && http::HeaderName::from_bytes(name.trim_ascii_end()).is_ok()
        && http::HeaderValue::from_bytes(value.trim_ascii()).is_ok();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes.trim_ascii()).into_owned();
    (!is_header).then(|| Header { name: text(name).to_lowercase(), value: text(value) })
}

#[cfg(test)]
mod tests {
    use super::odd_lines;

    #[test]
    fn only_lines_that_are_no_headers_are_told() {
        let said = |head: &str| {
            let lines = odd_lines(head.as_bytes());
            lines.into_iter().map(|it| format!("{}={}", it.name, it.value)).collect::<Vec<_>>()
        };
        assert_eq!(
            said("HTTP/1.1 200 OK\r\nPHP Warning: x\r\nA: b\r\n\r\nnot: a header\r\n"),
            ["php warning=x"]
        );
        assert_eq!(said("HTTP/1.1 200 OK\r\nA : b\r\nLong: one\r\n two\r\n\r\n"), [""; 0]);
        assert_eq!(
            said("HTTP/1.1 103 Early\r\nX Y: 1\r\n\r\nHTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
            ["no colon="]
        );
        assert_eq!(said("HTTP/1.0 200 OK\nA B: c\n\n"), ["a b=c"]);
        assert_eq!(said(""), [""; 0]);
    }
}
