//! The head of a request or an answer, read in place: where its parts lie in the bytes that came.

use std::ops::Range;

use crate::frame::{Chunks, Frame};

/// Fields that a head may have.
const MAX_FIELDS: usize = 100;

/// A head. It keeps its room from one message of a connection to the next.
#[derive(Debug, Default)]
pub(crate) struct Head {
    /// Method of a request, reason of an answer.
    pub(crate) word: Range<usize>,
    /// Target of a request.
    pub(crate) target: Range<usize>,
    /// Status of an answer.
    pub(crate) status: u16,
    /// Whether it is HTTP/1.1 and not 1.0.
    pub(crate) is_late: bool,
    fields: Vec<(Range<usize>, Range<usize>)>,
    /// How many bytes the head has.
    pub(crate) length: usize,
}

/// What came of reading.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Read {
    Whole,
    /// More bytes are needed.
    Part,
    /// This is no HTTP/1 head.
    Bad,
}

impl Head {
    pub(crate) fn read_request(&mut self, bytes: &[u8]) -> Read {
        let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
        let mut request = httparse::Request::new(&mut fields);
        let length = match request.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Read::Part,
            Err(_) => return Read::Bad,
        };
        let (Some(method), Some(target), Some(version)) = (request.method, request.path, request.version)
        else {
            return Read::Bad;
        };
        self.word = place(bytes, method.as_bytes());
        self.target = place(bytes, target.as_bytes());
        self.keep(bytes, version, length, request.headers);
        Read::Whole
    }

    pub(crate) fn read_answer(&mut self, bytes: &[u8]) -> Read {
        let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
        let mut answer = httparse::Response::new(&mut fields);
        let length = match answer.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Read::Part,
            Err(_) => return Read::Bad,
        };
        let (Some(status), Some(version)) = (answer.code, answer.version) else { return Read::Bad };
        self.status = status;
        self.word = answer.reason.map_or(0..0, |reason| place(bytes, reason.as_bytes()));
        self.keep(bytes, version, length, answer.headers);
        Read::Whole
    }

    fn keep(&mut self, bytes: &[u8], version: u8, length: usize, fields: &[httparse::Header<'_>]) {
        self.is_late = version == 1;
        self.length = length;
        self.fields.clear();
        let places =
            fields.iter().map(|field| (place(bytes, field.name.as_bytes()), place(bytes, field.value)));
        self.fields.extend(places);
    }

    /// The fields in their order, names as they were written.
    pub(crate) fn fields<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        self.fields.iter().map(|(name, value)| (&bytes[name.clone()], &bytes[value.clone()]))
    }

    /// The values of a field.
    pub(crate) fn values<'a>(&'a self, bytes: &'a [u8], name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        let same = move |(found, _): &(&[u8], &[u8])| found.eq_ignore_ascii_case(name.as_bytes());
        self.fields(bytes).filter(same).map(|(_, value)| value)
    }

    /// The first value of a field, as text.
    pub(crate) fn text<'a>(&'a self, bytes: &'a [u8], name: &'a str) -> Option<&'a str> {
        self.values(bytes, name).find_map(|value| std::str::from_utf8(value).ok())
    }

    /// Whether a field that lists words has this one.
    pub(crate) fn has_word(&self, bytes: &[u8], name: &str, word: &str) -> bool {
        let mut words = self.values(bytes, name).flat_map(|value| value.split(|byte| *byte == b','));
        words.any(|found| found.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
    }

    /// Whether the connection may be used again after this message.
    pub(crate) fn keeps_alive(&self, bytes: &[u8]) -> bool {
        if self.is_late {
            !self.has_word(bytes, "connection", "close")
        } else {
            self.has_word(bytes, "connection", "keep-alive")
        }
    }

    /// How the body of a request is framed. What could be read in two ways is an error, with its status.
    pub(crate) fn request_frame(&self, bytes: &[u8]) -> Result<Frame, u16> {
        let length = self.length(bytes).map_err(|()| 400_u16)?;
        let mut codings = self.values(bytes, "transfer-encoding");
        let Some(coding) = codings.next() else { return Ok(Frame::Length(length.unwrap_or(0))) };
        if length.is_some() || codings.next().is_some() || !self.is_late {
            return Err(400);
        }
        // Chunked is the only coding that a load balancer takes.
        if coding.trim_ascii().eq_ignore_ascii_case(b"chunked") {
            Ok(Frame::Chunked(Chunks::default()))
        } else {
            Err(501)
        }
    }

    /// How the body of an answer is framed. An answer to HEAD has none.
    pub(crate) fn answer_frame(&self, bytes: &[u8], is_head: bool) -> Result<Frame, ()> {
        if is_head || self.status < 200 || matches!(self.status, 204 | 304) {
            return Ok(Frame::Length(0));
        }
        if self.has_word(bytes, "transfer-encoding", "chunked") {
            return Ok(Frame::Chunked(Chunks::default()));
        }
        Ok(self.length(bytes)?.map_or(Frame::Close, Frame::Length))
    }

    fn length(&self, bytes: &[u8]) -> Result<Option<u64>, ()> {
        let mut length = None;
        for value in self.values(bytes, "content-length") {
            let is_number = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
            let text = std::str::from_utf8(value).map_err(|_| ())?;
            let number = is_number.then(|| text.parse::<u64>().ok()).flatten().ok_or(())?;
            if length.is_some_and(|before| before != number) {
                return Err(());
            }
            length = Some(number);
        }
        Ok(length)
    }
}

/// Where a part lies in the bytes that it was cut from.
fn place(bytes: &[u8], part: &[u8]) -> Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(bytes.as_ptr().addr());
    start..start + part.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> Result<Frame, u16> {
        let mut head = Head::default();
        assert_eq!(head.read_request(text.as_bytes()), Read::Whole, "{text}");
        head.request_frame(text.as_bytes())
    }

    #[test]
    fn what_could_be_framed_in_two_ways_is_refused() {
        for (fields, status) in [
            ("Content-Length: 1\r\nTransfer-Encoding: chunked", 400),
            ("Content-Length: 1\r\nContent-Length: 2", 400),
            ("Content-Length: -1", 400),
            ("Content-Length: 1, 1", 400),
            ("Content-Length: ", 400),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 400),
            ("Transfer-Encoding: gzip", 501),
            ("Transfer-Encoding: gzip, chunked", 501),
        ] {
            assert_eq!(
                request(&format!("POST / HTTP/1.1\r\n{fields}\r\n\r\n")).err(),
                Some(status),
                "{fields}"
            );
        }
        assert!(request("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
    }

    #[test]
    fn a_head_is_read_when_all_of_it_is_there() {
        let text = b"GET /a?b HTTP/1.1\r\nHost: x\r\nAccept:  y \r\n\r\nrest";
        let mut head = Head::default();
        assert_eq!(head.read_request(&text[..20]), Read::Part);
        assert_eq!(head.read_request(b"\x00\x01\r\n\r\n"), Read::Bad);
        assert_eq!(head.read_request(b"GET / HTTP/1.1\r\nHost : x\r\n\r\n"), Read::Bad);
        assert_eq!(head.read_request(text), Read::Whole);
        assert_eq!((&text[head.word.clone()], &text[head.target.clone()]), (&b"GET"[..], &b"/a?b"[..]));
        assert_eq!(head.text(text, "ACCEPT"), Some("y"));
        assert_eq!(&text[head.length..], b"rest");
        assert!(head.keeps_alive(text));
    }

    #[test]
    fn an_answer_without_a_length_lasts_until_the_connection_ends() {
        let text = b"HTTP/1.1 200 OK\r\nX: y\r\n\r\n";
        let mut head = Head::default();
        assert_eq!(head.read_answer(text), Read::Whole);
        assert!(matches!(head.answer_frame(text, false), Ok(Frame::Close)));
        assert!(matches!(head.answer_frame(text, true), Ok(Frame::Length(0))));
    }
}
