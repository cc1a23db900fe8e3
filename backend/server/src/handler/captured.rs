//! What a colour served, for a person to look at: the page in a frame that can do nothing, or the body as a file.
//!
//! Three walls stand between a captured page and the console, each enough by itself: its markup is written anew
//! from an allow-list, the policy that it is sent with allows no script and no request, and `sandbox` gives it
//! an origin of its own. Styles, pictures and fonts are written into it, so that it asks for nothing.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderName, header};
use viridian_compare::{
    answer::WholeAnswer,
    body::{self, Kind},
    page::{self, Asset, Base, Use},
    picture,
};
use viridian_comparer::{
    body_limits,
    desk::{DeskPlace, Undone},
    view::answer,
};
use viridian_domain::port::comparer::Capture;
use viridian_shared::{colour::Colour, comparison::probe::ProbeDetail, problem::ProblemCode};

use super::comparison::{detail, gone, missing, served};
use crate::{
    App,
    extract::looking::Looking,
    layer::Captured,
    reply::{Failure, Reply, store},
    state::Served,
};

/// Nothing but what stands in the page itself.
const PAGE_POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline' data:; img-src data:; \
                           font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
const FILE_POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";
/// A run does not change any more.
const CACHING: &str = "private, max-age=3600";

/// Pictures that are shown as such. Everything else is saved.
const PICTURES: [&str; 6] =
    ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/svg+xml"];

type Names = Path<(String, String, String, String)>;

pub(crate) async fn page(
    State(app): State<App>,
    looking: Looking,
    Path((service, run, probe, colour)): Names,
) -> Reply<Response> {
    let served = served(&app, &service)?;
    let place = DeskPlace::free().await;
    let found = Found::of(served, &run, &probe, &colour).await?;
    let service = &served.service;
    let runs = &service.ports.runs;
    let captures = runs.captures(service.name(), &run, &probe, found.colour).await.map_err(store)?;
    let kept = runs.run(service.name(), &run).await.map_err(store)?.ok_or_else(|| gone(&run, &probe))?;
    let side = if found.colour == Colour::Blue { kept.brief.blue } else { kept.brief.green };
    let html = place.work(move || written(&found, &captures, &side.origin)).await.map_err(undone)??;
    Ok(looking.until_sent(captured("text/html; charset=utf-8", PAGE_POLICY, "inline", html.into_bytes())))
}

pub(crate) async fn body(
    State(app): State<App>,
    looking: Looking,
    Path((service, run, probe, colour)): Names,
) -> Reply<Response> {
    let place = DeskPlace::free().await;
    let Found { colour, answer, .. } = Found::of(served(&app, &service)?, &run, &probe, &colour).await?;
    let kind = essence(answer.header("content-type").next().unwrap_or_default());
    let reading = place.work(move || body::understand(&answer, body_limits()).bytes().to_vec());
    let bytes = reading.await.map_err(undone)?;
    if PICTURES.contains(&kind.as_str()) {
        return Ok(looking.until_sent(captured(&kind, FILE_POLICY, "inline", bytes)));
    }
    let name = format!("attachment; filename=\"run-{}-{}.bin\"", digits(&run), colour.slug());
    Ok(looking.until_sent(captured("application/octet-stream", FILE_POLICY, &name, bytes)))
}

/// Where two pictures differ, as a picture.
pub(crate) async fn mask(
    State(app): State<App>,
    looking: Looking,
    Path((service, run, probe)): Path<(String, String, String)>,
) -> Reply<Response> {
    let served = served(&app, &service)?;
    let place = DeskPlace::free().await;
    let blue = Found::of(served, &run, &probe, "blue").await?.answer;
    let green = Found::of(served, &run, &probe, "green").await?.answer;
    let drawing = place.work(move || {
        let [blue, green] = [blue, green].map(|answer| body::understand(&answer, body_limits()));
        picture::mask(blue.bytes(), green.bytes())
    });
    let drawn = drawing.await.map_err(undone)?;
    let mask = drawn.map_err(|error| missing(format!("Not shown: {error}.")))?;
    Ok(looking.until_sent(captured("image/png", FILE_POLICY, "inline", mask)))
}

fn undone(undone: Undone) -> Failure {
    match undone {
        Undone::Spent(spent) => missing(format!("Not shown: {spent}.")),
        Undone::Broken => {
            Failure::new(ProblemCode::Internal, "What was captured could not be made ready to be shown.")
        }
    }
}

/// An answer that can be shown.
struct Found {
    colour: Colour,
    detail: ProbeDetail,
    answer: WholeAnswer,
}

impl Found {
    async fn of(served: &Served, run: &str, probe: &str, colour: &str) -> Reply<Self> {
        let colour = match colour {
            "blue" => Colour::Blue,
            "green" => Colour::Green,
            _ => return Err(missing("There are two colours, blue and green.".to_owned())),
        };
        let detail = detail(served, run, probe).await?;
        let answer = answer(&served.service, &detail, run, colour).await.map_err(store)?;
        let none = || missing(format!("{} gave no answer.", colour.word()));
        Ok(Self { colour, answer: answer.ok_or_else(none)?, detail })
    }
}

/// The page made safe, with everything that it names written into it.
fn written(found: &Found, captures: &[Capture], origin: &str) -> Reply<String> {
    let content = body::understand(&found.answer, body_limits());
    let Some(html) = content.text().filter(|_| content.kind == Kind::Html) else {
        return Err(missing("This answer is no page.".to_owned()));
    };
    let origin = origin.parse().map_err(|_| missing("The page’s origin is not known.".to_owned()))?;
    let base = Base::new(&origin, &found.detail.request.path);
    let places = |asset: &Asset| place(asset, captures, &base);
    let page = page::clean(html, &base, &places).map_err(|error| missing(format!("Not shown: {error}.")))?;
    Ok(page.html)
}

/// An asset as an address that holds all of it.
fn place(asset: &Asset, captures: &[Capture], base: &Base) -> Option<String> {
    let capture = captures.iter().find(|it| it.asset.as_deref() == Some(asset.path.as_str()))?;
    match asset.used_as {
        Use::Style => {
            let css = String::from_utf8_lossy(&capture.bytes);
            // A sheet that imports sheets is shown without them: it would lead on for ever.
            let inner = |asset: &Asset| {
                if asset.used_as == Use::Style { None } else { place(asset, captures, base) }
            };
            let clean = page::clean_style(&css, &base.beside(&asset.path), &inner);
            Some(data("text/css", clean.as_bytes()))
        }
        Use::Image => {
            let kind = essence(&capture.kind);
            PICTURES.contains(&kind.as_str()).then(|| data(&kind, &capture.bytes))
        }
        Use::Font => Some(data("font/woff2", &capture.bytes)),
    }
}

fn data(kind: &str, bytes: &[u8]) -> String {
    format!("data:{kind};base64,{}", STANDARD.encode(bytes))
}

fn essence(kind: &str) -> String {
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn digits(run: &str) -> String {
    run.chars().filter(char::is_ascii_digit).collect()
}

fn captured(kind: &str, policy: &str, disposition: &str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    response.extensions_mut().insert(Captured);
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: &str| {
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    };
    put(header::CONTENT_TYPE, kind);
    put(header::CONTENT_SECURITY_POLICY, policy);
    put(header::CONTENT_DISPOSITION, disposition);
    put(header::CACHE_CONTROL, CACHING);
    response
}
