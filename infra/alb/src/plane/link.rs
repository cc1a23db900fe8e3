//! A connection with the bytes that have been read from it and not yet used.

use std::{io, time::Duration};

use bytes::BytesMut;
use tokio::{net::TcpStream, time::Instant};

/// Room that is made for a read.
const ROOM: usize = 16 * 1024;

#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) stream: TcpStream,
    pub(crate) buffer: BytesMut,
    /// How long it may stand still.
    pub(crate) idle: Duration,
}

impl Link {
    pub(crate) fn new(stream: TcpStream, idle: Duration) -> Self {
        // Small messages must not wait for each other.
        let _ = stream.set_nodelay(true);
        Self { stream, buffer: BytesMut::new(), idle }
    }

    /// Reads what has come, or waits for it; 0 at the end of the stream.
    pub(crate) async fn fill(&mut self) -> io::Result<usize> {
        fill(&self.stream, &mut self.buffer, self.idle).await
    }

    /// As [`Link::fill`], but no later than a moment, however much of that is left.
    pub(crate) async fn fill_by(&mut self, until: Instant) -> io::Result<usize> {
        tokio::time::timeout_at(until, read(&self.stream, &mut self.buffer)).await.map_err(late)?
    }

    pub(crate) async fn write(&self, bytes: &[u8]) -> io::Result<()> {
        write(&self.stream, bytes, self.idle).await
    }
}

pub(crate) async fn fill(stream: &TcpStream, buffer: &mut BytesMut, idle: Duration) -> io::Result<usize> {
    within(idle, read(stream, buffer)).await
}

async fn read(stream: &TcpStream, buffer: &mut BytesMut) -> io::Result<usize> {
    buffer.reserve(ROOM);
    loop {
        match stream.try_read_buf(buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            done => return done,
        }
        stream.readable().await?;
    }
}

pub(crate) async fn write(stream: &TcpStream, mut bytes: &[u8], idle: Duration) -> io::Result<()> {
    while !bytes.is_empty() {
        match stream.try_write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                within(idle, stream.writable()).await?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn within<T>(idle: Duration, ready: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::time::timeout(idle, ready).await.map_err(late)?
}

fn late(_: tokio::time::error::Elapsed) -> io::Error {
    io::ErrorKind::TimedOut.into()
}
