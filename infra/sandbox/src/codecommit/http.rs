//! Git's smart HTTP: requests below `/v1/repos/NAME` are handed to `git http-backend`.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper::body::Body as HttpBody;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use viridian_listen::Pace;

use super::{git, notice, open, root};
use crate::{
    Sandbox,
    http_body::{Body, plain, whole},
};

/// How long a request may be silent. What flows has as long as it needs.
const PATIENCE: Duration = Duration::from_mins(1);
/// The most bytes of one push, and of one answer.
const LIMIT: u64 = 256 * 1024 * 1024;

/// What a request asks of a repository.
#[derive(Debug, PartialEq)]
struct Ask<'a> {
    repository: &'a str,
    /// One of git's own three paths below a repository.
    rest: &'static str,
    query: &'static str,
}

/// Git's smart HTTP under `/v1/repos/NAME`.
pub(crate) async fn serve_http<B>(sandbox: &Sandbox, request: Request<B>) -> Response<Body>
where
    B: HttpBody<Data = Bytes> + Send + Unpin + 'static,
    B::Error: std::fmt::Display + Send,
{
    let Some(ask) = ask(request.method(), request.uri().path(), request.uri().query()) else {
        return plain(404, "This is no address of a repository.\n");
    };
    let repository = ask.repository.to_owned();
    let pushed = ask.rest == "/git-receive-pack";
    let found =
        sandbox.with(|world| open(world, &repository).ok().map(|_| backend(&world.folder, &ask, &request)));
    let Some(command) = found else {
        return plain(404, "There is no repository of this name.\n");
    };
    // On its own, so that a push whose client hangs up is still noticed.
    let sandbox = sandbox.clone();
    let work = sandbox.tasks().clone().spawn(async move {
        let answer = exchange(command, request.into_body()).await;
        if pushed {
            let sandbox = sandbox.clone();
            let notice = move || sandbox.with(|world| notice(world, &repository));
            let _ = tokio::task::spawn_blocking(notice).await;
        }
        answer
    });
    match work.await {
        Ok(Ok(answer)) => answer,
        Ok(Err(refusal)) => plain(refusal.0, &refusal.1),
        Err(_) => plain(500, "The repository did not answer.\n"),
    }
}

/// Only the smart protocol's three requests; anything else is not served.
fn ask<'a>(method: &Method, path: &'a str, query: Option<&str>) -> Option<Ask<'a>> {
    let below = path.strip_prefix("/v1/repos/")?;
    let (repository, rest) = below.split_once('/')?;
    let repository = repository.strip_suffix(".git").unwrap_or(repository);
    let (rest, query) = match (method, rest, query) {
        (&Method::GET, "info/refs", Some("service=git-upload-pack")) => {
            ("/info/refs", "service=git-upload-pack")
        }
        (&Method::GET, "info/refs", Some("service=git-receive-pack")) => {
            ("/info/refs", "service=git-receive-pack")
        }
        (&Method::POST, "git-upload-pack", _) => ("/git-upload-pack", ""),
        (&Method::POST, "git-receive-pack", _) => ("/git-receive-pack", ""),
        _ => return None,
    };
    super::valid_name(repository).then_some(Ask { repository, rest, query })
}

/// The CGI program with its environment, as RFC 3875 and `git help http-backend` have it.
fn backend<B>(data: &std::path::Path, ask: &Ask<'_>, request: &Request<B>) -> Command {
    let mut command = git::clean(data);
    command
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", root(data))
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("PATH_INFO", format!("/{}.git{}", ask.repository, ask.rest))
        .env("QUERY_STRING", ask.query)
        .env("REQUEST_METHOD", request.method().as_str())
        .env("REMOTE_USER", "developer-1")
        .env("REMOTE_ADDR", "127.0.0.1");
    let headers = [
        (header::CONTENT_TYPE, "CONTENT_TYPE"),
        (header::CONTENT_LENGTH, "CONTENT_LENGTH"),
        (header::CONTENT_ENCODING, "HTTP_CONTENT_ENCODING"),
        (HeaderName::from_static("git-protocol"), "HTTP_GIT_PROTOCOL"),
    ];
    for (name, variable) in headers {
        if let Some(value) = request.headers().get(name).and_then(|value| value.to_str().ok()) {
            command.env(variable, value);
        }
    }
    command
}

/// A status and a sentence instead of an answer.
struct Refusal(u16, String);

async fn exchange<B>(command: Command, mut body: B) -> Result<Response<Body>, Refusal>
where
    B: HttpBody<Data = Bytes> + Send + Unpin,
    B::Error: std::fmt::Display,
{
    let failed = |error: std::io::Error| Refusal(500, format!("Git cannot be run: {error}.\n"));
    let mut command = tokio::process::Command::from(command);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut child = command.spawn().map_err(failed)?;
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Refusal(500, "Git cannot be spoken to.\n".to_owned()));
    };
    let send = async move {
        let mut sent = 0_u64;
        let mut pace = Pace::new(PATIENCE);
        loop {
            let frame = tokio::time::timeout_at(pace.until(), body.frame()).await;
            let frame = frame.map_err(|_| Refusal(408, "The request came too slowly.\n".to_owned()))?;
            let Some(frame) = frame else { break };
            let frame = frame.map_err(|error| Refusal(400, format!("The request broke off: {error}.\n")))?;
            let Ok(bytes) = frame.into_data() else { continue };
            sent += bytes.len() as u64;
            pace.came(bytes.len());
            if sent > LIMIT {
                return Err(Refusal(413, "A push to the sandbox may have 256 MiB.\n".to_owned()));
            }
            // Git may have heard enough and closed its end: its answer says why.
            if stdin.write_all(&bytes).await.is_err() {
                break;
            }
        }
        drop(stdin);
        Ok(())
    };
    let receive = async move {
        let mut answer = Vec::new();
        stdout.take(LIMIT).read_to_end(&mut answer).await.map_err(failed)?;
        Ok(answer)
    };
    let ((), answer) = tokio::try_join!(send, receive)?;
    child.wait().await.map_err(failed)?;
    Ok(parse_answer(&answer))
}

/// A CGI answer: header lines, an empty line, the body.
fn parse_answer(answer: &[u8]) -> Response<Body> {
    let (end, skip) = match (find(answer, b"\r\n\r\n"), find(answer, b"\n\n")) {
        (Some(at), _) => (at, 4),
        (None, Some(at)) => (at, 2),
        (None, None) => return plain(500, "Git did not answer.\n"),
    };
    let mut response = Response::new(whole(Bytes::copy_from_slice(&answer[end + skip..])));
    for line in String::from_utf8_lossy(&answer[..end]).lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        if name.eq_ignore_ascii_case("status") {
            let code = value.get(..3).and_then(|code| code.parse().ok());
            *response.status_mut() = code.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        } else if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_smart_protocol_inside_of_a_repository_is_served() {
        let get = Method::GET;
        assert_eq!(ask(&get, "/v1/repos/../etc/passwd", None), None);
        assert_eq!(ask(&get, "/v1/repos/../info/refs", Some("service=git-upload-pack")), None);
        assert_eq!(ask(&get, "/v1/repos/a/objects/info/packs", None), None);
        assert_eq!(ask(&get, "/v1/repos/a/info/refs", None), None);
        let asked = ask(&get, "/v1/repos/a/info/refs", Some("service=git-upload-pack"));
        assert_eq!(
            asked,
            Some(Ask { repository: "a", rest: "/info/refs", query: "service=git-upload-pack" })
        );
        assert!(ask(&Method::POST, "/v1/repos/a.git/git-receive-pack", None).is_some());
    }
}
