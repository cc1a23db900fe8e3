//! Whether the probes were let in at all. Two equal refusals say nothing of what is behind them.

use std::collections::BTreeSet;

use crate::{answer::WholeAnswer, probe::Probed};

/// Words of addresses at which people sign in.
const SIGN_IN: [&str; 12] = [
    "login",
    "log-in",
    "log_in",
    "signin",
    "sign-in",
    "sign_in",
    "sso",
    "oauth",
    "/auth",
    "saml",
    "openid",
    "session/new",
];

/// What is said when every probe was refused by both, and nothing else was compared.
pub(super) fn warning(answers: &[Probed]) -> Option<String> {
    let sent: Vec<_> = answers.iter().filter_map(last).collect();
    if sent.is_empty() {
        return None;
    }
    let mut words = BTreeSet::new();
    for answer in sent.iter().flatten() {
        words.insert(refusal(answer)?);
    }
    let words: Vec<_> = words.into_iter().collect();
    Some(format!(
        "no probe was let in: both colours answered {} with {}, so nothing of what is behind was compared",
        if sent.len() == 1 { "it" } else { "every one" },
        words.join(" or ")
    ))
}

/// The last pair in which both answered.
fn last(probed: &Probed) -> Option<[&WholeAnswer; 2]> {
    let mut pairs = probed.blue.iter().zip(&probed.green).rev();
    pairs.find_map(|(blue, green)| Some([blue.as_ref().ok()?, green.as_ref().ok()?]))
}

/// How an answer refuses.
fn refusal(answer: &WholeAnswer) -> Option<String> {
    let status = answer.status;
    match status {
        300..400 => {
            let to = answer.redirect()?.to_ascii_lowercase();
            let path = to.split_once("://").map_or(to.as_str(), |(_, rest)| rest);
            SIGN_IN.iter().any(|it| path.contains(it)).then(|| "a redirect to a login".to_owned())
        }
        400.. => Some(format!("status {status}")),
        _ => is_sign_in(answer).then(|| "a page to sign in".to_owned()),
    }
}

/// Whether it asks for a password.
fn is_sign_in(answer: &WholeAnswer) -> bool {
    let is_page = answer.header("content-type").any(|it| it.starts_with("text/html"));
    let text = String::from_utf8_lossy(&answer.body.kept).to_ascii_lowercase();
    let fields = ["type=\"password\"", "type='password'", "type=password"];
    is_page && fields.iter().any(|it| text.contains(it))
}

#[cfg(test)]
mod tests {
    use super::warning;
    use crate::{answer::WholeAnswer, probe::Probed, sample};

    fn said(answers: &[&WholeAnswer]) -> Option<String> {
        let probed =
            |it: &&WholeAnswer| Probed { blue: vec![Ok((*it).clone())], green: vec![Ok((*it).clone())] };
        warning(&answers.iter().map(probed).collect::<Vec<_>>())
    }

    #[test]
    fn refusals_everywhere_are_a_warning() {
        let status = |status: u16| sample::answer(status, &[("content-type", "application/json")], b"{}");
        for (code, word) in [(401, "401"), (403, "403"), (404, "404"), (500, "500"), (503, "503")] {
            assert!(said(&[&status(code), &status(code)]).unwrap().contains(word));
        }
        let to = |path: &str| sample::answer(302, &[("location", path)], b"");
        for path in ["/login?next=%2F", "https://id.example/oauth2/authorize", "/users/sign_in"] {
            assert!(said(&[&to(path)]).unwrap().contains("login"), "{path}");
        }
        let page = sample::answer(200, &[("content-type", "text/html")], b"<form><input type=password>");
        assert!(said(&[&page, &status(401)]).unwrap().contains("sign in"));
        assert!(said(&[&status(401), &status(404)]).unwrap().contains("401"));
    }

    #[test]
    fn one_probe_that_was_let_in_is_enough() {
        let (refused, fine) = (sample::answer(401, &[], b""), sample::answer(200, &[], b"x"));
        assert_eq!(said(&[&refused, &fine]), None);
        assert_eq!(said(&[&sample::answer(301, &[("location", "/home")], b"")]), None);
        assert_eq!(said(&[]), None);
        let mixed = Probed { blue: vec![Ok(refused)], green: vec![Ok(fine)] };
        assert_eq!(warning(&[mixed]), None);
    }
}
