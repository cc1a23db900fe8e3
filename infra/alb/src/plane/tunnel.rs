//! A connection on which client and target speak a protocol of their own: bytes both ways, until one of them ends it or
//! neither says anything for as long as the load balancer waits.

use std::io;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::tcp::{ReadHalf, WriteHalf},
    sync::Notify,
};

use super::{
    link::Link,
    outgoing::{self, Ending},
};
use crate::head::Head;

/// Read and passed on at once.
const PIECE: usize = 8 * 1024;

/// Passes on the head that agreed to the protocol, and then whatever comes. The connection is of no use after it.
pub(crate) async fn pass(client: &mut Link, mut link: Link, head: &Head) -> io::Result<bool> {
    let mut out = Vec::new();
    outgoing::answer(&mut out, &link.buffer, head, &[], false, Ending::Upgrade);
    out.extend_from_slice(&link.buffer[head.length..]);
    client.write(&out).await?;
    link.write(&client.buffer).await?;
    client.buffer.clear();
    let (moved, idle) = (Notify::new(), client.idle);
    let (from_client, to_client) = client.stream.split();
    let (from_target, to_target) = link.stream.split();
    let both = async {
        tokio::try_join!(copy(from_client, to_target, &moved), copy(from_target, to_client, &moved))
    };
    let stands_still = async { while tokio::time::timeout(idle, moved.notified()).await.is_ok() {} };
    tokio::select! {
        done = both => done.map(|_| false),
        () = stands_still => Ok(false),
    }
}

async fn copy(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>, moved: &Notify) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let length = from.read(&mut piece).await?;
        if length == 0 {
            return to.shutdown().await;
        }
        to.write_all(&piece[..length]).await?;
        moved.notify_one();
    }
}
