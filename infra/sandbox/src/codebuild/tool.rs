//! Stand-ins for `aws` and `docker`: first on the search path of a build, thin, answered by the sandbox.
//!
//! A stand-in is a bash script that hands its words over a loopback socket, so a machine needs neither tool
//! nor anything to speak HTTP with. The socket belongs to one build, takes only requests with the build's
//! secret, and closes with it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::{aws, docker, workshop::Workshop};
use crate::{Sandbox, world::Caller};

/// The most bytes that the words of one call may have.
const LONGEST_CALL: usize = 4 * 1024 * 1024;

/// The stand-ins at work, until dropped.
#[derive(Debug)]
pub(super) struct Tools {
    folder: PathBuf,
    server: JoinHandle<()>,
}

impl Drop for Tools {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Tools {
    /// Starts the stand-ins of a build, which works in a folder and calls AWS as somebody.
    pub(super) async fn start(sandbox: &Sandbox, work: &Path, caller: &Caller) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let secret = uuid::Uuid::new_v4().to_string();
        let folder = work.join("bin");
        for tool in ["aws", "docker"] {
            write_script(&folder.join(tool), &script(tool, port, &secret))?;
        }
        let workshop = Arc::new(Workshop {
            sandbox: sandbox.clone(),
            caller: caller.clone(),
            data: sandbox.with(|world| world.folder.clone()),
            stage: work.join("image"),
            images: Mutex::default(),
            answers: work.join("answers"),
            count: AtomicUsize::new(0),
            secret,
        });
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let workshop = workshop.clone();
                tokio::spawn(async move {
                    if let Err(error) = serve(stream, workshop).await {
                        tracing::debug!(%error, "a stand-in hung up");
                    }
                });
            }
        });
        Ok(Self { folder, server })
    }

    /// What comes first on the search path.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

async fn serve(mut stream: TcpStream, workshop: Arc<Workshop>) -> io::Result<()> {
    let mut bytes = Vec::new();
    let words = loop {
        if let Some(words) = whole(&bytes) {
            break words;
        }
        if bytes.len() > LONGEST_CALL || stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
    };
    let place = tokio::task::spawn_blocking(move || answer(&workshop, &words)).await??;
    stream.write_all(format!("{place}\n").as_bytes()).await
}

/// Secret, tool, folder, number of words and the words, each ended by a zero byte; `None` until all are there.
fn whole(bytes: &[u8]) -> Option<Vec<String>> {
    let mut parts = bytes.split_inclusive(|byte| *byte == 0).filter(|part| part.last() == Some(&0));
    let mut next = || parts.next().map(|part| String::from_utf8_lossy(&part[..part.len() - 1]).into_owned());
    let mut words = vec![next()?, next()?, next()?];
    let count: usize = next()?.parse().ok()?;
    for _ in 0..count {
        words.push(next()?);
    }
    Some(words)
}

/// Carries out a call and leaves what it prints in two files: the status and the files' name are the reply.
fn answer(workshop: &Workshop, words: &[String]) -> io::Result<String> {
    let [secret, tool, folder, words @ ..] = words else { return Err(io::ErrorKind::InvalidData.into()) };
    if *secret != workshop.secret {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let folder = Path::new(folder);
    let answer = match tool.as_str() {
        "aws" => aws::call(workshop, folder, words),
        _ => docker::call(workshop, folder, words),
    };
    let number = workshop.count.fetch_add(1, Ordering::Relaxed);
    let place = workshop.answers.join(number.to_string());
    fs::write(place.with_extension("out"), answer.out)?;
    fs::write(place.with_extension("err"), answer.err)?;
    Ok(format!("{} {}", answer.status, place.display()))
}

fn script(tool: &str, port: u16, secret: &str) -> String {
    format!(
        r#"#!/usr/bin/env bash
# Hands its words to the sandbox that runs this build.
case " $* " in *" --password-stdin "*) cat >/dev/null ;; esac
exec 3<>/dev/tcp/127.0.0.1/{port} || exit 1
printf '%s\0' {secret} {tool} "$PWD" "$#" "$@" >&3
IFS= read -r -u 3 answer || {{ echo "{tool}: the sandbox did not answer" >&2; exit 1; }}
cat "${{answer#* }}.out"
cat "${{answer#* }}.err" >&2
exit "${{answer%% *}}"
"#
    )
}

fn write_script(path: &Path, text: &str) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(path, text)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_read_when_it_is_whole() {
        assert_eq!(whole(b"s\0aws\0/tmp\x002\0a\0"), None);
        assert_eq!(whole(b"s\0aws\0/tmp\x002\0a\0b"), None);
        let words = whole(b"s\0aws\0/tmp\x002\0a\0b c\0").unwrap();
        assert_eq!(words, ["s", "aws", "/tmp", "a", "b c"]);
        assert_eq!(whole(b"GET / HTTP/1.1\r\n\r\n"), None);
    }
}
