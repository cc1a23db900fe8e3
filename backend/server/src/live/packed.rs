//! A stream as gzip, of which every piece can be read as soon as it has arrived.
//!
//! Each piece is packed by itself and ends on a byte: nothing is kept for a viewer between two of them but a
//! checksum, so a thousand streams take no more memory packed than plain.

use std::convert::Infallible;

use bytes::Bytes;
use flate2::{Compress, Compression, Crc, FlushCompress};
use futures::{Stream, StreamExt, stream};

/// What is ready at once is packed together, so many messages of it at most.
const TOGETHER: usize = 32;
/// RFC 1952: a gzip member of deflated data, without name, time or system.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// RFC 1951: a last block that holds nothing.
const LAST: [u8; 2] = [3, 0];

/// The same bytes, packed.
pub(crate) fn packed(
    plain: impl Stream<Item = Result<Bytes, Infallible>> + Send,
) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    let head = stream::iter([Ok(Bytes::from_static(&HEAD))]);
    let pieces = Box::pin(plain.ready_chunks(TOGETHER));
    let body = stream::unfold(Some((pieces, Crc::new())), |going| async move {
        let (mut pieces, mut sum) = going?;
        let Some(ready) = pieces.next().await else {
            return Some((Ok(end(&sum)), None));
        };
        let plain = ready.into_iter().flatten().fold(Vec::new(), |mut all, piece| {
            all.extend_from_slice(&piece);
            all
        });
        sum.update(&plain);
        Some((Ok(Bytes::from(deflated(&plain))), Some((pieces, sum))))
    });
    head.chain(body)
}

/// Whole blocks that need nothing of what came before them.
fn deflated(plain: &[u8]) -> Vec<u8> {
    let mut machine = Compress::new(Compression::fast(), false);
    let mut out = Vec::with_capacity(plain.len() / 2 + 64);
    loop {
        let taken = usize::try_from(machine.total_in()).unwrap_or(usize::MAX);
        let rest = plain.get(taken..).unwrap_or_default();
        // Only its use after its end is an error, and it has none.
        if machine.compress_vec(rest, &mut out, FlushCompress::Full).is_err() {
            return out;
        }
        let is_taken = machine.total_in() == plain.len() as u64;
        if is_taken && out.len() < out.capacity() {
            return out;
        }
        out.reserve(plain.len() / 2 + 64);
    }
}

fn end(sum: &Crc) -> Bytes {
    let mut end = LAST.to_vec();
    end.extend_from_slice(&sum.sum().to_le_bytes());
    end.extend_from_slice(&sum.amount().to_le_bytes());
    Bytes::from(end)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use flate2::{read::GzDecoder, write::GzDecoder as Reader};

    use super::*;

    fn pieces(of: &[&str]) -> Vec<Bytes> {
        of.iter().map(|text| Bytes::copy_from_slice(text.as_bytes())).collect()
    }

    #[tokio::test]
    async fn what_is_packed_reads_as_what_was_sent() {
        let long = "data: {\"a\":[1,2,3]}\n\n".repeat(5_000);
        let noise: String = (0..60_000_u32)
            .map(|it| char::from(33 + (it.wrapping_mul(2_654_435_761) >> 25) as u8 % 90))
            .collect();
        let plain = pieces(&["retry: 1000\n\n", &long, "", ": still here\n\n", &noise]);
        let packed: Vec<_> =
            packed(stream::iter(plain.clone()).map(Ok)).map(|it| it.unwrap().to_vec()).collect().await;
        let mut read = String::new();
        GzDecoder::new(packed.concat().as_slice()).read_to_string(&mut read).unwrap();
        assert_eq!(read.as_bytes(), plain.concat());
        assert!(packed.concat().len() < plain.concat().len() / 2);
    }

    #[tokio::test]
    async fn each_piece_can_be_read_before_the_next_one_is_sent() {
        let (sender, receiver) = futures_channel();
        let mut packed = Box::pin(packed(receiver));
        let mut reader = Reader::new(Vec::new());
        reader.write_all(&packed.next().await.unwrap().unwrap()).unwrap();
        for text in ["data: 1\n\n", &"data: 22\n\n".repeat(900), ": still here\n\n"] {
            sender.send(Ok(Bytes::copy_from_slice(text.as_bytes()))).unwrap();
            reader.write_all(&packed.next().await.unwrap().unwrap()).unwrap();
            reader.flush().unwrap();
            assert_eq!(std::mem::take(reader.get_mut()), text.as_bytes());
        }
    }

    fn futures_channel() -> (
        tokio::sync::mpsc::UnboundedSender<Result<Bytes, Infallible>>,
        impl Stream<Item = Result<Bytes, Infallible>> + Send,
    ) {
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        (sender, tokio_stream::wrappers::UnboundedReceiverStream::new(receiver))
    }
}
