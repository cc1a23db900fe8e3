//! What users complain of in other tools, each with a test that it cannot happen here. Those that concern the
//! engine alone have theirs in `viridian-compare`.

use axum::response::IntoResponse;
use http::{HeaderValue, StatusCode};
use serde_json::Value;

use crate::{
    shop::{BASE, Colour, begun, comparing, json, look, page, run, titles},
    test_app::Client,
};

async fn same(text: &'static str) -> Colour {
    Colour::of(move |_| json(text)).await
}

fn suite(more: &str) -> String {
    format!("name = \"smoke\"\n[[probe]]\nname = \"items\"\npath = \"/items\"\n{more}")
}

async fn probe(client: &Client<'_>, run: &str) -> Value {
    client.get(&format!("{BASE}/comparison/runs/{run}/probes/items")).await.json
}

/// Runs one probe against two JSON documents; the run and the probe as the page sees them.
async fn compared(blue: &'static str, green: &'static str, more: &str) -> (Value, Value) {
    let app = comparing(&same(blue).await, &same(green).await, &[&suite(more)]).await;
    let client = app.sign_in("developer-1").await;
    let id = run(&app, &client, 1).await;
    (look(&client, &id).await, probe(&client, &id).await)
}

/// twitter-archive/diffy 33: `Date` was taken for a difference because both blues answered in the same second.
#[tokio::test]
async fn diffy_33_a_date_is_proposed_as_noise_because_blue_varies_it() {
    let clock = |start: usize| {
        let begin = std::time::Instant::now();
        Colour::of(move |_| {
            let second = start + usize::try_from(begin.elapsed().as_secs()).unwrap();
            let mut response = json(r#"{"built":"2024-10-03"}"#);
            let date = format!("Fri, 04 Oct 2024 10:00:{:02} GMT", second % 60);
            response.headers_mut().insert("date", HeaderValue::from_str(&date).unwrap());
            response
        })
    };
    let app = comparing(&clock(1).await, &clock(30).await, &[&suite("")]).await;
    let client = app.sign_in("developer-1").await;
    let id = run(&app, &client, 3).await;
    let whole = look(&client, &id).await;
    let proposal = &whole["proposals"][0];
    assert_eq!(proposal["place"]["header"]["header"], "date");
    assert_eq!((&proposal["is_expected"], &proposal["of"]), (&true.into(), &2.into()));
    assert_eq!(whole["proposals"].as_array().unwrap().len(), 1, "what blue does not vary is no noise");
    assert!(probe(&client, &id).await["noise_pairs_apart"].as_u64().unwrap() >= 2);
    assert_eq!(whole["brief"]["verdict"]["open"], 1, "nothing is hidden before a person accepts it");
}

/// twitter-archive/diffy 59: a field could not be ignored. Here a person accepts it, with name and reason, and
/// may take it back.
#[tokio::test]
async fn diffy_59_a_field_is_ignored_by_a_named_rule_and_shown_again_when_it_is_withdrawn() {
    let (blue, green) = (same(r#"{"n":1}"#).await, same(r#"{"n":2}"#).await);
    let app = comparing(&blue, &green, &[&suite("")]).await;
    let client = app.sign_in("developer-1").await;
    run(&app, &client, 1).await;
    let accept =
        r#"{"suite":"smoke","name":"n","place":{"json":{"path":"$.n","whole":false}},"reason":"grows"}"#;
    let path = format!("{BASE}/accept-noise");
    assert_eq!(client.post(&path, accept).await.status, StatusCode::ACCEPTED);
    let twice = client.post(&path, accept).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    let hidden = run(&app, &client, 1).await;
    assert_eq!(look(&client, &hidden).await["brief"]["verdict"]["open"], 0);
    let detail = client.get(&format!("{BASE}/comparison/suites/smoke")).await.json;
    assert_eq!(detail["suite"]["noise"][0]["by"], "developer-1");
    assert!(
        detail["text"].as_str().unwrap().contains("reason = \"grows\""),
        "it can be put into the repository"
    );
    let withdraw = r#"{"suite":"smoke","name":"n","reason":"it matters after all"}"#;
    assert_eq!(client.post(&format!("{BASE}/withdraw-noise"), withdraw).await.status, StatusCode::ACCEPTED);
    let shown = run(&app, &client, 1).await;
    assert_eq!(look(&client, &shown).await["brief"]["verdict"]["open"], 1);
}

/// keploy/ui 15: noisy fields were coloured as if they were differences.
#[tokio::test]
async fn keploy_ui_15_what_is_hidden_names_its_rule_and_counts_for_nothing() {
    let rule =
        "[[rule]]\nname = \"counter\"\nkind = \"json\"\npath = \"$.n\"\nby = \"ada\"\nreason = \"grows\"\n";
    let (whole, probe) = compared(r#"{"n":1}"#, r#"{"n":2}"#, rule).await;
    assert_eq!(whole["findings"].as_array().unwrap().len(), 0);
    assert_eq!(whole["probes"][0]["state"], "same");
    let difference = &probe["differences"][0];
    assert_eq!((&difference["hidden_by"], &difference["finding"]), (&"counter".into(), &Value::Null));
    assert_eq!((&probe["brief"]["differences"], &probe["brief"]["hidden"]), (&0.into(), &1.into()));
}

/// opendiffy/diffy 81: pairs without a difference were counted as differences, and each field had to be opened.
#[tokio::test]
async fn opendiffy_81_the_count_is_true_and_every_place_is_named_in_the_run() {
    let (whole, _) = compared(r#"{"a":1,"b":[1,2,3]}"#, r#"{"a":1,"b":[1,2,4]}"#, "").await;
    assert_eq!(titles(&whole), ["$.b[*] differs"]);
    assert_eq!(whole["findings"][0]["example"]["place"], "/b/2");
    let (whole, _) = compared(r#"{"a":1}"#, r#"{"a":1}"#, "").await;
    assert_eq!(whole["brief"]["verdict"]["open"], 0);
    assert_eq!(whole["probes"][0]["differences"], 0);
}

/// twitter-archive/diffy PR 51, svelte-jsoneditor 544, diff-json 18: some arrays have an order and some have not.
#[tokio::test]
async fn diffy_51_the_order_of_an_array_is_a_choice_for_its_path_and_the_page_shows_a_badge() {
    let (blue, green) = (r#"{"tags":["a","b"]}"#, r#"{"tags":["b","a"]}"#);
    let (ordered, probe) = compared(blue, green, "").await;
    assert_eq!(ordered["brief"]["verdict"]["open"], 1);
    assert_eq!(probe["arrays"].as_array().unwrap().len(), 0);
    let (unordered, probe) = compared(blue, green, "[[array]]\npath = \"$.tags\"\n").await;
    assert_eq!(unordered["brief"]["verdict"]["open"], 0);
    assert_eq!(probe["arrays"][0]["path"], "$.tags");
}

/// jsondiffpatch 72, 147, 324: moved items vanished, or everything after an insertion was called different.
#[tokio::test]
async fn jsondiffpatch_72_a_moved_item_is_called_moved_and_an_inserted_one_is_one_difference() {
    let (moved, _) = compared(r#"[{"id":1},{"id":2},{"id":3}]"#, r#"[{"id":3},{"id":1},{"id":2}]"#, "").await;
    assert_eq!(moved["findings"][0]["change"], "moved");
    let (inserted, _) = compared("[1,2,3,4]", "[0,1,2,3,4]", "").await;
    assert_eq!(
        (&inserted["findings"][0]["change"], &inserted["findings"][0]["count"]),
        (&"added".into(), &1.into())
    );
}

/// jsondiffpatch 99: a body of 4 MB crashed the tab. Here the page gets windows of rows, whatever the size.
#[tokio::test]
async fn jsondiffpatch_99_a_large_body_is_shown_in_windows_that_begin_with_an_outline() {
    let items = |last: u32| -> &'static str {
        let items: Vec<_> = (0..20_000).map(|it| format!(r#"{{"id":{it}}}"#)).collect();
        format!(r#"[{},{{"name":"last","stock":{last}}}]"#, items.join(",")).leak()
    };
    let app = comparing(&same(items(1)).await, &same(items(2)).await, &[&suite("")]).await;
    let client = app.sign_in("developer-1").await;
    let id = run(&app, &client, 1).await;
    let rows = |query: &str| format!("{BASE}/comparison/runs/{id}/probes/items/rows?{query}");
    let first = client.get(&rows("view=tree&from=0&count=50")).await.json;
    assert_eq!(first["rows"].as_array().unwrap().len(), 50);
    let at = first["outline"]["differences"][0]["row"].as_u64().unwrap();
    let there = client.get(&rows(&format!("view=tree&from={at}&count=1"))).await.json;
    assert_eq!((&there["rows"][0]["change"], &there["outline"]), (&"changed".into(), &Value::Null));
    let all = client.get(&rows("view=tree&from=0&count=100000")).await.json;
    assert_eq!(all["rows"].as_array().unwrap().len(), 1_000, "a window has an end");
    assert_eq!(client.get(&rows("view=page")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(client.get(&rows("view=other")).await.status, StatusCode::BAD_REQUEST);
}

/// github/scientist PR 248: it was not clear whether cleaning a value was for the screen or for the comparison.
#[tokio::test]
async fn scientist_248_what_does_not_count_and_what_is_only_laid_out_so_are_told_apart() {
    let app =
        comparing(&same(r#"{"b":1,"a":1}"#).await, &same(r#"{"a":1,"b":2}"#).await, &[&suite("")]).await;
    let client = app.sign_in("developer-1").await;
    let id = run(&app, &client, 1).await;
    let rows = client.get(&format!("{BASE}/comparison/runs/{id}/probes/items/rows?view=tree")).await.json;
    let notes = rows["outline"]["notes"].as_array().unwrap();
    let purposes: Vec<_> = notes.iter().map(|note| note["purpose"].as_str().unwrap()).collect();
    assert!(purposes.contains(&"comparison") && purposes.contains(&"display"), "{notes:?}");
}

/// keploy PR 4471: headers that must stay asserted were swallowed by a broad list.
#[tokio::test]
async fn keploy_4471_a_pinned_header_is_never_accepted_as_noise() {
    let app = comparing(&same("1").await, &same("1").await, &[&suite("")]).await;
    let client = app.sign_in("developer-1").await;
    for header in ["content-type", "cache-control", "location", "set-cookie", "content-security-policy"] {
        let accept = format!(
            r#"{{"suite":"smoke","name":"h","place":{{"header":{{"header":"{header}"}}}},"reason":"r"}}"#
        );
        let answer = client.post(&format!("{BASE}/accept-noise"), &accept).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{header}");
        assert!(answer.json["detail"].as_str().unwrap().contains("pinned"), "{}", answer.json);
    }
}

/// twitter-archive/diffy 14: request headers were missing from the evidence.
#[tokio::test]
async fn diffy_14_the_evidence_holds_the_request_with_its_headers() {
    let more = "headers = [[\"accept\", \"application/json\"], [\"x-tenant\", \"7\"]]\n";
    let (_, probe) = compared("1", "2", more).await;
    assert_eq!(probe["request"]["headers"][1]["name"], "x-tenant");
    assert_eq!(probe["request"]["headers"][1]["value"], "7");
}

/// postmanlabs 9180 and 12091, newman 837: two addresses, one click, one comparison.
#[tokio::test]
async fn postman_12091_one_click_compares_two_addresses_without_any_suite() {
    let app = comparing(&same(r#"{"n":1}"#).await, &same(r#"{"n":2}"#).await, &[]).await;
    let client = app.sign_in("developer-1").await;
    let ask = r#"{"probe":{"name":"n","method":"GET","path":"/n"},"samples":1}"#;
    let id = begun(&app, client.post(&format!("{BASE}/ask-probe"), ask).await).await;
    assert_eq!(titles(&look(&client, &id).await), ["$.n differs"]);
}

/// side-view 42, alphagov/collections 129: a page that refuses to be framed left a blank box.
#[tokio::test]
async fn side_view_42_a_page_that_refuses_framing_is_still_shown() {
    let refusing = || {
        Colour::of(|_| {
            let mut response = page("<h1>Shop</h1>");
            let headers = response.headers_mut();
            headers.insert("x-frame-options", HeaderValue::from_static("DENY"));
            headers.insert("content-security-policy", HeaderValue::from_static("frame-ancestors 'none'"));
            response
        })
    };
    let app = comparing(&refusing().await, &refusing().await, &[&suite("")]).await;
    let client = app.sign_in("developer-1").await;
    let id = run(&app, &client, 1).await;
    let shown = client.get(&format!("{BASE}/comparison/runs/{id}/probes/items/page/blue")).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.headers.get("x-frame-options").is_none() && shown.text.contains("<h1>Shop</h1>"));
    assert!(shown.headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'self'"));
}

/// kargo 2729: a button that was off still acted.
#[tokio::test]
async fn kargo_2729_what_the_page_does_not_offer_the_server_does_not_do() {
    let app = comparing(&same("1").await, &same("1").await, &[&suite("")]).await;
    let viewer = app.sign_in("viewer-1").await;
    let start = viewer.post(&format!("{BASE}/start-run"), r#"{"suite":"smoke","samples":1}"#).await;
    assert_eq!(start.json["detail"], "Only a developer or an operator can do this.");
    let developer = app.sign_in("developer-1").await;
    let many = developer.post(&format!("{BASE}/start-run"), r#"{"suite":"smoke","samples":1000}"#).await;
    assert_eq!(many.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// argo-rollouts 2095: the memory of the dashboard grew for weeks. Views are kept within a bound, and the answers
/// of old runs make room (`the_answers_of_old_runs_make_room_and_the_page_is_told`); here a hundred looks are one.
#[tokio::test]
async fn argo_rollouts_2095_many_looks_at_a_view_build_it_once() {
    let app = comparing(&same("[1,2,3]").await, &same("[1,2,4]").await, &[&suite("")]).await;
    let client = app.sign_in("developer-1").await;
    let id = run(&app, &client, 1).await;
    let path = format!("{BASE}/comparison/runs/{id}/probes/items/rows?view=tree");
    let first = client.get(&path).await.json;
    for _ in 0..100 {
        assert_eq!(client.get(&path).await.json, first);
    }
    assert_eq!(app.app.views_kept(), 1);
}

/// AWS's own flow: green's address was handed out before its targets were healthy, and what it answered then
/// was no verdict on the release. An answer that is missing is named and never taken for sameness.
#[tokio::test]
async fn argo_rollouts_2641_an_error_of_green_is_a_finding_like_any_other() {
    let blue = same("1").await;
    let green = Colour::of(|_| StatusCode::SERVICE_UNAVAILABLE.into_response()).await;
    let app = comparing(&blue, &green, &[&suite("")]).await;
    let client = app.sign_in("developer-1").await;
    let whole = look(&client, &run(&app, &client, 1).await).await;
    assert!(titles(&whole).contains(&"status differs".to_owned()));
    assert_eq!(whole["probes"][0]["green_status"], 503);
}

/// sourcegraph 23669, playwright 7548: what varies by itself was hidden by raising thresholds. There are none:
/// a rule names a place, and one that would hide anything is refused.
#[tokio::test]
async fn playwright_7548_a_rule_that_would_hide_anything_is_refused() {
    let app = comparing(&same("1").await, &same("1").await, &[&suite("")]).await;
    let client = app.sign_in("developer-1").await;
    for pattern in [".*", "(?s).+", "a?"] {
        let accept = format!(
            r#"{{"suite":"smoke","name":"all","place":{{"text":{{"pattern":"{pattern}"}}}},"reason":"r"}}"#
        );
        let answer = client.post(&format!("{BASE}/accept-noise"), &accept).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{pattern}");
    }
}
