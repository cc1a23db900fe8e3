//! Where the body of a message ends.

/// How a body is framed, and how much of it is still to come.
#[derive(Debug)]
pub(crate) enum Frame {
    /// So many bytes are left.
    Length(u64),
    Chunked(Chunks),
    /// It lasts until the connection ends.
    Close,
}

/// A body that is not framed as it says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Broken;

impl Frame {
    pub(crate) fn is_done(&self) -> bool {
        match self {
            Self::Length(left) => *left == 0,
            Self::Chunked(chunks) => chunks.state == State::Done,
            Self::Close => false,
        }
    }

    /// How many of these bytes belong to the body; `data` is given those that are content.
    pub(crate) fn take(&mut self, bytes: &[u8], mut data: impl FnMut(&[u8])) -> Result<usize, Broken> {
        match self {
            Self::Length(left) => {
                let taken = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                *left -= u64::try_from(taken).unwrap_or(*left);
                data(&bytes[..taken]);
                Ok(taken)
            }
            Self::Chunked(chunks) => chunks.take(bytes, data),
            Self::Close => {
                data(bytes);
                Ok(bytes.len())
            }
        }
    }
}

/// A body in chunks, as far as it has come.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    state: State,
    /// What is left of the present chunk.
    left: u64,
    /// Bytes of the present line, or of all trailers.
    line: usize,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Size,
    Extension,
    SizeEnd,
    Data,
    DataEnd,
    /// The CR behind a chunk has come.
    DataEnded,
    /// At the start of a trailer line.
    Trailer,
    InTrailer,
    TrailerEnd,
    /// The CR of the empty line at the end has come.
    Last,
    Done,
}

/// Bytes of a chunk's size with its extension, and of all trailers.
const MAX_LINE: usize = 8192;

impl Chunks {
    fn take(&mut self, bytes: &[u8], mut data: impl FnMut(&[u8])) -> Result<usize, Broken> {
        let mut at = 0;
        while at < bytes.len() && self.state != State::Done {
            if self.state == State::Data {
                let rest = &bytes[at..];
                let taken = usize::try_from(self.left).map_or(rest.len(), |left| left.min(rest.len()));
                data(&rest[..taken]);
                self.left -= u64::try_from(taken).unwrap_or(self.left);
                at += taken;
                if self.left == 0 {
                    self.state = State::DataEnd;
                }
            } else {
                self.state = self.step(bytes[at])?;
                at += 1;
            }
        }
        Ok(at)
    }

    fn step(&mut self, byte: u8) -> Result<State, Broken> {
        self.line += 1;
        if self.line > MAX_LINE {
            return Err(Broken);
        }
        match (self.state, byte) {
            (State::Size, _) if byte.is_ascii_hexdigit() => {
                let digit = char::from(byte).to_digit(16).ok_or(Broken)?;
                self.left = self
                    .left
                    .checked_mul(16)
                    .and_then(|left| left.checked_add(digit.into()))
                    .ok_or(Broken)?;
                Ok(State::Size)
            }
            (State::Size, b';') if self.line > 1 => Ok(State::Extension),
            (State::Size, b'\r') if self.line > 1 => Ok(State::SizeEnd),
            (State::Extension, b'\r') => Ok(State::SizeEnd),
            (State::Extension, _) if byte != b'\n' => Ok(State::Extension),
            (State::SizeEnd, b'\n') => {
                self.line = 0;
                Ok(if self.left == 0 { State::Trailer } else { State::Data })
            }
            (State::DataEnd, b'\r') => Ok(State::DataEnded),
            (State::DataEnded, b'\n') => {
                self.line = 0;
                Ok(State::Size)
            }
            (State::Trailer, b'\r') => Ok(State::Last),
            (State::Trailer | State::InTrailer, _) if !matches!(byte, b'\r' | b'\n') => Ok(State::InTrailer),
            (State::InTrailer, b'\r') => Ok(State::TrailerEnd),
            (State::TrailerEnd, b'\n') => Ok(State::Trailer),
            (State::Last, b'\n') => Ok(State::Done),
            _ => Err(Broken),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes a text in pieces of one length; gives the content and what was left over.
    fn content(text: &str, piece: usize) -> Result<(String, usize), Broken> {
        let mut frame = Frame::Chunked(Chunks::default());
        let (mut found, mut taken) = (Vec::new(), 0);
        for bytes in text.as_bytes().chunks(piece) {
            if frame.is_done() {
                break;
            }
            taken += frame.take(bytes, |data| found.extend_from_slice(data))?;
        }
        assert!(frame.is_done(), "{text}");
        Ok((String::from_utf8(found).unwrap(), text.len() - taken))
    }

    #[test]
    fn what_is_not_framed_as_chunks_is_refused() {
        for text in [
            "x\r\n",
            "\r\n",
            ";a\r\n",
            "1\n",
            "1\r\nab",
            "1\r\na\n",
            "fffffffffffffffff\r\n",
            "0\r\n\n",
            "1;\n",
        ] {
            let mut frame = Frame::Chunked(Chunks::default());
            assert_eq!(frame.take(text.as_bytes(), |_| {}), Err(Broken), "{text}");
        }
        let endless = format!("1;{}", "x".repeat(10_000));
        assert_eq!(Frame::Chunked(Chunks::default()).take(endless.as_bytes(), |_| {}), Err(Broken));
    }

    #[test]
    fn chunks_are_read_however_they_are_cut() {
        let text = "5\r\nhello\r\nA;name=value\r\n, wide wor\r\n2\r\nld\r\n0\r\nTrailer: x\r\n\r\nnext";
        for piece in [1, 2, 3, 7, 100] {
            assert_eq!(content(text, piece).unwrap().0, "hello, wide world", "{piece}");
        }
        assert_eq!(content(text, 100).unwrap().1, 4);
    }

    #[test]
    fn a_length_takes_no_more_than_its_own() {
        let mut frame = Frame::Length(3);
        assert_eq!(frame.take(b"ab", |_| {}), Ok(2));
        assert!(!frame.is_done());
        assert_eq!(frame.take(b"cd", |_| {}), Ok(1));
        assert!(frame.is_done());
    }
}
