//! How long each took: what the samples say in words first, then every pair.

use viridian_shared::{
    comparison::probe::{ProbeDetail, Sample, Timing as Times},
    words::{count, fixed},
};

use crate::{fetched::Fetched, prelude::*};

const WIDTH: f64 = 700.0;
const LEFT: f64 = 60.0;

/// The view.
#[component]
pub fn Timing(detail: Fetched<ProbeDetail>) -> impl IntoView {
    let samples = Memo::new(move |_| detail.with(|it| it.samples.clone()).unwrap_or_default());
    let latency = move || {
        detail.with(|it| it.brief.latency.clone().map(|latency| (latency, it.gathered.len()))).flatten()
    };
    let sentence = move || match latency() {
        Some((latency, 0)) => format!("Green against blue: {}.", latency.words),
        Some((latency, _)) => format!(
            "Green against blue, by {} of this and earlier runs: {}.",
            count(latency.pairs as usize, "pair", "pairs"),
            latency.words
        ),
        None => "No times: not enough data.".to_owned(),
    };
    let note = move || {
        let pairs = detail.with(|it| (it.noise_pairs, it.noise_pairs_apart)).unwrap_or_default();
        format!(
            "Of blue’s own answers {} were compared to learn noise, {} far enough apart to tell what varies by the second.",
            count(pairs.0 as usize, "pair", "pairs"),
            pairs.1
        )
    };
    view! {
        <div class="timing">
            <p class="verdict__line"><b>{move || sentence()}</b></p>
            <p class="muted">"Both were asked at the same moment, in turn and in random order, over connections that stay open; warm-up is not counted. The interval holds the true difference in 95 of 100 such runs."</p>
            <Show when=move || samples.with(|it| !it.is_empty()) fallback=|| view! { <p class="muted">"No sample was kept."</p> }>
                <div class="table-frame" tabindex="0" role="region" aria-label="Times of both colours">{move || samples.with(|samples| drawing(samples))}</div>
                <div class="table-frame" tabindex="0" role="region" aria-label="Samples">
                    <table class="table">
                        <caption class="unseen">"Samples, in milliseconds"</caption>
                        <thead><tr><th scope="col">"Pair"</th><th scope="col">"Blue, first byte"</th><th scope="col">"Blue, whole"</th>
                            <th scope="col">"Green, first byte"</th><th scope="col">"Green, whole"</th><th scope="col">"Green later by"</th></tr></thead>
                        <tbody>{move || samples.get().into_iter().enumerate().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </Show>
            <p class="muted">{move || note()}</p>
        </div>
    }
}

fn milliseconds(time: Option<f64>) -> String {
    time.map_or_else(|| "–".to_owned(), |time| format!("{} ms", fixed(time, 1)))
}

fn row((index, sample): (usize, Sample)) -> impl IntoView {
    let (blue, green) = (sample.blue, sample.green);
    let later = blue.zip(green).map(|(blue, green)| green.total - blue.total);
    let first = |it: Option<Times>| milliseconds(it.map(|it| it.first_byte));
    let whole = |it: Option<Times>| milliseconds(it.map(|it| it.total));
    view! {
        <tr><th scope="row">{index + 1}</th><td class="number">{first(blue)}</td><td class="number">{whole(blue)}</td>
            <td class="number">{first(green)}</td><td class="number">{whole(green)}</td><td class="number">{milliseconds(later)}</td></tr>
    }
}

/// Every time as a mark on a line of its colour; the table says the same.
fn drawing(samples: &[Sample]) -> AnyView {
    let times = samples.iter().flat_map(|it| [it.blue, it.green]).flatten().map(|it| it.total);
    let longest = times.fold(1.0, f64::max);
    let x = |time: f64| fixed(LEFT + time / longest * (WIDTH - LEFT - 20.0), 1);
    let marks = samples.iter().flat_map(|it| {
        let blue = it.blue.map(|it| view! { <circle class="traffic__shape" data-colour="blue" cx=x(it.total) cy="18" r="5"></circle> }.into_any());
        let green = it.green.map(|it| {
            let path = format!("M{} 42 l6 6 -6 6 -6 -6 Z", x(it.total));
            view! { <path class="traffic__shape" data-colour="green" d=path></path> }.into_any()
        });
        [blue, green]
    });
    view! {
        <svg class="timing__picture" viewBox="0 0 700 76" role="img" aria-label="Times of blue and green; the table below says the same">
            <text class="traffic__small" x="0" y="22">"Blue"</text><text class="traffic__small" x="0" y="52">"Green"</text>
            <path class="timing__line" d="M60 18 H690 M60 48 H690"></path>
            {marks.flatten().collect_view()}
            <text class="traffic__small" x="60" y="74">"0"</text>
            <text class="traffic__small traffic__end" x="690" y="74">{format!("{} ms", fixed(longest, 1))}</text>
        </svg>
    }
    .into_any()
}
