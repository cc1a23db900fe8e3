//! `viridian compare` as a build calls it, against small servers on loopback.

#![expect(clippy::unwrap_used, reason = "what a test cannot set up fails it")]

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Command, Output},
    thread,
};

use viridian_compare::report::Report;
use viridian_shared::comparison::finding::{Judgement, Ruling};

/// A server that answers each request by its request line and headers. It ends with the test.
fn server(answer: impl Fn(&str, &str) -> String + Send + Clone + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = answer.clone();
            thread::spawn(move || serve(stream, answer));
        }
    });
    origin
}

fn serve(stream: TcpStream, answer: impl Fn(&str, &str) -> String) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut writer = stream;
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        let line = head.lines().next()?.to_owned();
        let body = answer(&line, &head);
        let length = body.len();
        let kind = "content-type: application/json\r\n";
        writer
            .write_all(format!("HTTP/1.1 200 OK\r\n{kind}content-length: {length}\r\n\r\n{body}").as_bytes())
            .ok()?;
    }
}

fn colour(name: &str) -> String {
    let name = name.to_owned();
    server(move |_, _| format!(r#"{{"colour":"{name}","items":[{{"n":1}},{{"n":2}}]}}"#))
}

struct Build {
    folder: tempfile::TempDir,
}

const SUITE: &str = "name='shop'\n[[probe]]\nname='home'\npath='/'\n";

impl Build {
    fn new(suite: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("suite.toml"), suite).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn bare(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_viridian"));
        command
            .arg("compare")
            .args(words)
            .current_dir(self.folder.path())
            .env("SHOP_TOKEN", "topsecret-token");
        command.output().unwrap()
    }

    fn run(&self, blue: &str, green: &str, more: &[&str]) -> Output {
        let mut words = vec!["--suite", "suite.toml", "--samples", "1", "--blue", blue, "--green", green];
        words.extend(["--allow", blue, "--allow", green]);
        words.extend(more);
        self.bare(&words)
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
fn ends(output: &Output, code: i32, words: &str) {
    let said = said(output);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(words), "{said}");
    assert!(!said.contains("topsecret"), "{said}");
}

#[test]
fn a_suite_that_cannot_be_used_is_said_in_a_sentence() {
    let here = colour("blue");
    let run = |suite: &str| Build::new(suite).run(&here, &here, &[]);
    ends(&run("name='x'"), 3, "In suite.toml: the suite has no probe.");
    ends(&run("name='x'\nnme='x'"), 3, "the suite is not as it should be: line 2: unknown field `nme`");
    ends(&run("name='x'\n[[probe]]\nname='a'\npath='x'"), 3, "the path of `a` must begin with `/`");
    let open = "name='x'\n[[probe]]\nname='a'\npath='/'\nheaders=[['authorization','Bearer topsecret']]";
    ends(&run(open), 3, "write `env:NAME`");
    let missing =
        "name='x'\n[[probe]]\nname='a'\npath='/'\nheaders=[['authorization','env:NOT_SET_ANYWHERE']]";
    ends(&run(missing), 3, "NOT_SET_ANYWHERE");
    let nowhere = Build::new(SUITE).bare(&["--suite", "no.toml", "--blue", &here, "--green", &here]);
    ends(&nowhere, 3, "The suite no.toml cannot be read");
}

#[test]
fn a_probe_that_cannot_be_sent_is_named_before_anybody_is_asked() {
    let here = colour("blue");
    let run =
        |probe: &str| Build::new(&format!("name='x'\n[[probe]]\nname='one'\n{probe}")).run(&here, &here, &[]);
    ends(&run("path='/a b'"), 3, "`one` cannot be sent: its path");
    ends(&run("path='/a\\tb'".replace("\\t", "\t").as_str()), 3, "`one`");
    ends(&run("path='/'\nmethod='G ET'"), 3, "`one` cannot be sent: its method");
    ends(&run("path='/'\nheaders=[['x y','1']]"), 3, "`one` cannot be sent: its name of a header");
    ends(&run("path='/?key={env:SHOP_TOKEN}&tag=%20'"), 0, "no differences");
}

#[test]
fn both_addresses_are_one_and_a_run_that_nobody_let_in_is_warned_of() {
    let own = || {
        server(|_, head| {
            let host = head.lines().find_map(|it| it.strip_prefix("host: ")).unwrap_or_default().to_owned();
            format!("{{\"next\":\"http://{host}/there\"}}")
        })
    };
    ends(&Build::new(SUITE).run(&own(), &own(), &[]), 0, "no differences");
    let closed = || {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|it| it > 2) {
                    line.clear();
                }
                let _ = stream.write_all(
                    b"HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}",
                );
            }
        });
        origin
    };
    ends(&Build::new(SUITE).run(&closed(), &closed(), &[]), 0, "Warning: no probe was let in");
}

#[test]
fn options_that_cannot_be_used_do_not_look_like_a_verdict() {
    let build = Build::new(SUITE);
    let here = colour("blue");
    ends(&build.bare(&["--suite", "suite.toml"]), 3, "--blue");
    ends(&build.run(&here, &here, &["--out", "report.pdf"]), 3, "ends in .html, .json or .xml");
    ends(&build.run(&here, &here, &["--samples", "0"]), 3, "--samples");
    ends(&build.run("shop.example.com", &here, &[]), 3, "not an origin");
    ends(&build.run(&format!("{here}/path"), &here, &[]), 3, "paths belong to the probes");
    ends(&build.run(&here, &here, &["--before", "suite.toml"]), 3, "no report as JSON");
    ends(&build.bare(&["--help"]), 0, "Exit codes:");
}

#[test]
fn an_address_that_may_not_be_asked_is_refused() {
    let build = Build::new(SUITE);
    let here = colour("blue");
    let refused = build.bare(&["--suite", "suite.toml", "--blue", &here, "--green", &here]);
    ends(
        &refused,
        4,
        "leads to an address that is never asked; if it is meant to be this machine, say --allow",
    );
    let metadata = "http://169.254.169.254";
    ends(&build.run(&here, metadata, &[]), 4, "Green http://169.254.169.254: this origin leads to");
    ends(&build.run(&here, "http://[fd00:ec2::254]", &[]), 4, "leads to an address that is never asked");
    ends(&build.run("http://no-such-host.invalid", &here, &[]), 4, "Blue http://no-such-host.invalid");
}

#[test]
fn a_colour_that_gives_no_answer_is_named() {
    let build = Build::new(SUITE);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let green = format!("http://{closed}");
    let output = build.run(&colour("blue"), &green, &["--out", "report.json"]);
    ends(&output, 4, &format!("Green {green} gave no answer to any probe: it could not be reached."));
    assert!(fs::read_to_string(build.path("report.json")).unwrap().contains("could not be reached"));
}

#[test]
fn the_same_on_both_sides_is_clear() {
    let here = colour("blue");
    let output = Build::new(SUITE).run(&here, &here, &[]);
    ends(&output, 0, "shop: no differences.");
}

/// newman 837 and postmanlabs/devrel-content 5: two addresses and one command, without a collection of scripts.
#[test]
fn what_differs_is_open_and_written_in_every_format() {
    let build = Build::new(SUITE);
    let outs = ["--out", "r.html", "--out", "r.json", "--out", "r.xml"];
    let output = build.run(&colour("blue"), &colour("green"), &outs);
    ends(&output, 1, "  open      $.colour differs  in home");
    ends(&output, 1, "blue: \"blue\"  green: \"green\"");
    let read = |name: &str| fs::read_to_string(build.path(name)).unwrap();
    assert!(read("r.html").contains("<strong>Open findings</strong>"));
    assert!(read("r.xml").contains("failures=\"1\""));
    let report: Report = serde_json::from_str(&read("r.json")).unwrap();
    assert_eq!(report.verdict.open, 1);
}

#[test]
fn rulings_of_an_earlier_report_carry_over_and_a_bug_ends_with_two() {
    let build = Build::new(SUITE);
    let (blue, green) = (colour("blue"), colour("green"));
    ends(&build.run(&blue, &green, &["--out", "first.json"]), 1, "1 difference open, new");
    let mut report: Report =
        serde_json::from_str(&fs::read_to_string(build.path("first.json")).unwrap()).unwrap();
    for (judgement, code, words) in [
        (Judgement::Bug, 2, "bug       $.colour differs"),
        (Judgement::Intended, 0, "nothing open, 1 ruled, nothing new"),
    ] {
        let found = &report.findings[0];
        let ruling = Ruling {
            finding: found.id.clone(),
            judgement,
            by: "ada".to_owned(),
            reason: "as planned".to_owned(),
            at: report.at,
            release: "build".to_owned(),
            run: report.run.clone(),
            probes: found.probes.clone(),
        };
        report.rulings = vec![ruling];
        fs::write(build.path("ruled.json"), report.to_json().unwrap()).unwrap();
        ends(&build.run(&blue, &green, &["--before", "ruled.json"]), code, words);
    }
    // What was intended for one release is open in the next.
    ends(&build.run(&blue, &green, &["--before", "ruled.json", "--release", "next"]), 1, "1 difference open");
}

#[test]
fn what_may_change_something_is_sent_only_when_told_so() {
    let build = Build::new("name='x'\n[[probe]]\nname='order'\nmethod='POST'\npath='/orders'\nbody='{}'");
    let here = server(|line, _| format!("{{\"asked\":\"{line}\"}}"));
    ends(&build.run(&here, &here, &[]), 3, "--may-change sends them");
    ends(&build.run(&here, &here, &["--may-change"]), 0, "x: no differences");
}

#[test]
fn a_secret_is_sent_by_reference_and_written_nowhere() {
    let build = Build::new(
        "name='x'\n[[probe]]\nname='me'\npath='/me'\nheaders=[['authorization','env:SHOP_TOKEN']]",
    );
    let echo = |colour: &'static str| {
        server(move |_, head| {
            let sent = head.lines().find(|it| it.starts_with("authorization")).unwrap_or("none").to_owned();
            let token = sent.rsplit(' ').next().unwrap_or_default();
            let packed = base64::Engine::encode(
                &base64::engine::general_purpose::STANDARD,
                format!("{colour}:{token}"),
            );
            let escaped = token.bytes().map(|byte| format!("%{byte:02x}")).collect::<Vec<_>>().concat();
            format!("{{\"sent\":\"{sent} by {colour}\",\"packed\":\"{packed}\",\"{escaped}\":\"{colour}\"}}")
        })
    };
    let output =
        build.run(&echo("blue"), &echo("green"), &["--out", "r.html", "--out", "r.json", "--out", "r.xml"]);
    ends(&output, 1, "authorization: [env:SHOP_TOKEN] by blue");
    for name in ["r.html", "r.json", "r.xml"] {
        let text = fs::read_to_string(build.path(name)).unwrap();
        // As it is, the middle of it in base64, URL-encoded.
        for written in ["topsecret", "RvcHNlY3Jld", "b3BzZWNyZX", "0b3BzZWNyZXQ", "%74%6f%70"] {
            assert!(!text.contains(written), "{name} {written}");
        }
    }
}
