//! Measures a run of 200 probes, 5 samples and 2 colours against a server on loopback, for `cargo xtask bench
//! compare`. Rounds lie 1.1 s apart by design.

#![expect(clippy::print_stdout, reason = "an example that prints what it measured")]

use std::{error::Error, time::Instant};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use viridian_compare::{
    difference::rule::Rules,
    probe::{
        Plan, Secrets, get,
        guard::{Guard, Origin, System},
        run,
    },
    work::Limits,
};

const PROBES: usize = 200;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (blue, green) = (server("blue").await?, server("green").await?);
    let guard = Guard { allowed: vec![blue.clone(), green.clone()], allows_loopback: true };
    let probes: Vec<_> = (0..PROBES).map(|it| get(&format!("/items/{it}"))).collect();
    let (secrets, plan) = (Secrets::of(&probes, |_| None)?, Plan { samples: 5, ..Plan::default() });
    let begins = Instant::now();
    let answers = run(&probes, [&blue, &green], &guard, &System, (&secrets, None, &plan)).await?;
    let took = begins.elapsed().as_secs_f64() * 1000.0;
    let comparing = Instant::now();
    let assessed = answers.iter().map(|it| it.assess(&Rules::default(), Limits::default()));
    let differences: usize = assessed.map(|it| it.outcome.visible().count()).sum();
    let assess = comparing.elapsed().as_secs_f64() * 1000.0;
    let answered = answers.iter().map(|it| it.blue.iter().chain(&it.green).filter(|it| it.is_ok()).count());
    let (answered, requests) = (answered.sum::<usize>(), PROBES * 2 * (plan.samples + plan.warm_up));
    println!(
        r#"{{"ms":{took:.1},"assess_ms":{assess:.1},"requests":{requests},"answered":{answered},"differences":{differences}}}"#
    );
    Ok(())
}

/// Answers each request with a small document that names the colour.
async fn server(colour: &'static str) -> Result<Origin, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?).parse()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, colour));
        }
    });
    Ok(origin)
}

async fn serve(mut stream: TcpStream, colour: &'static str) -> Option<()> {
    let items: Vec<_> =
        (0..20).map(|it| format!(r#"{{"id":{it},"name":"item {it}","price":{it}.5}}"#)).collect();
    let body = format!(r#"{{"colour":"{colour}","items":[{}]}}"#, items.join(","));
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let answer = [head, body].concat();
    let mut asked = Vec::new();
    loop {
        while !asked.ends_with(b"\r\n\r\n") {
            if stream.read_buf(&mut asked).await.ok()? == 0 {
                return None;
            }
        }
        asked.clear();
        stream.write_all(answer.as_bytes()).await.ok()?;
    }
}
